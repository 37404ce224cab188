import { assert, assertEquals } from "@std/assert";
import { offsetOf, show } from "../../../lib/krakend/frame.ts";

/** Shows a fault at the first "!" of a text. */
function shown(text: string): string {
  const fault = { offset: text.indexOf("!"), length: 1, message: "so" };
  return show({ file: "k.json", text }, fault).frame ?? "";
}

Deno.test("a fault is shown with its place, the lines around it and a caret", () => {
  const text = '{\n  "port": 1,\n  "timeout": "2s",\n}\n';
  const fault = { offset: text.indexOf(",\n}"), length: 1, message: "so" };
  const { reason, place, frame } = show(
    { file: "k.json", text },
    fault,
  );
  assertEquals(reason, "k.json:3:18: so");
  assertEquals(place, { file: "k.json", line: 3, column: 18 });
  assertEquals(
    frame,
    [
      "  1 | {",
      '  2 |   "port": 1,',
      '> 3 |   "timeout": "2s",',
      "    |                  ^",
      "  4 | }",
    ].join("\n"),
  );
});

Deno.test("a caret stands below its character behind tabs and wide characters, and is as long as the fault", () => {
  const { frame } = show(
    { file: "k.json", text: '\t"名前": xyz' },
    { offset: 7, length: 3, message: "" },
  );
  assertEquals(frame, '> 1 | \t"••": •••\n    | \t      ^^^');
});

Deno.test("of a long line, the part around the fault is shown", () => {
  const text = `{${'"port": 80, '.repeat(1_000)}! ${
    '"port": 80, '.repeat(1_000)
  }}`;
  const [line = "", caret = ""] = shown(text).split("\n");
  assert(line.length < 120 && line.includes('"port": 80'), line);
  assertEquals(line[caret.indexOf("^") - 1], " ");
  assertEquals(line[caret.indexOf("^")], "•");
});

Deno.test("Windows' ends of lines, an end without a line and control characters do no harm", () => {
  const { frame = "", reason } = show(
    {
      file: "k\u001b[2J\n.json",
      text: "{\r\n\u001b[2J\u202e\r\n",
    },
    { offset: 9, length: 0, message: "a\u0007" },
  );
  assertEquals(reason, "k␛[2J␊.json:2:7: a␇");
  // deno-lint-ignore no-control-regex -- it is about those
  assert(!/[\u0000-\u0009\u000b-\u001f\u202e]/.test(frame), frame);
});

Deno.test("every offset of a text has a place", () => {
  const text = "\n\na\r\n\n";
  const places = [...Array(text.length + 1).keys()].map((offset) => {
    const fault = { offset, length: 1, message: "" };
    const { place } = show({ file: "k", text }, fault);
    return `${place?.line}:${place?.column}`;
  });
  assertEquals(places, ["1:1", "2:1", "3:1", "3:2", "3:3", "4:1", "5:1"]);
});

Deno.test("a line and a column have an offset, at the end of the line for a column behind it", () => {
  const places: [number, number][] = [[1, 1], [2, 2], [2, 9], [9, 1], [1, 0]];
  assertEquals(
    places.map(([line, column]) => offsetOf("ab\ncd", line, column)),
    [
      ...[0, 4, 5, 3, 0],
    ],
  );
});

Deno.test("no word of a text of several lines is taken for a name", () => {
  const texts = [
    "a:\n  pre: |\n    hunter2: 5\n    !\n  b: 1\n",
    'a: "one\n  hunter2: 5\n  !"\n',
    'a = """\nhunter2 = 5\n!\n"""\n',
    '{"a": "b\nhunter2: 5\n!',
    `{"a": "${"hunter2: 5 ".repeat(100)}", "port": 80, !`,
  ];
  for (const text of texts) {
    const frame = shown(text);
    assert(frame.includes("•••••••") && !frame.includes("hunter2"), frame);
  }
});
