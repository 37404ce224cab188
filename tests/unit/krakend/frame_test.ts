import { assert, assertEquals } from "@std/assert";
import type { Format } from "../../../lib/krakend/config.ts";
import { offsetOf, show } from "../../../lib/krakend/frame.ts";
import { withinAConstant } from "./bounded.ts";

/** Shows a fault at the first "!" of a text. */
function shown(text: string, format: Format = "json", length = 1) {
  const fault = { offset: text.indexOf("!"), length, message: "so" };
  return show({ file: `k.${format}`, text, format }, fault);
}

Deno.test("a fault is shown with its place, the lines around it and a caret", () => {
  const text = '{\n  "port": 1,\n  "timeout": "2s",\n}\n';
  const fault = { offset: text.indexOf(",\n}"), length: 1, message: "so" };
  const { reason, place, frame } = show(
    { file: "k.json", text, format: "json" },
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
  const text = '\t"名前": xyz';
  const { frame = "" } = show(
    { file: "k.json", text, format: "json" },
    { offset: 7, length: 3, message: "" },
  );
  const [line = "", caret = ""] = frame.split("\n");
  assertEquals(caret, "    | \t        ^^^");
  assert(line.startsWith('> 1 | \t"名前": '), line);
});

Deno.test("of a long line, the part around the fault is shown", () => {
  const text = `{${'"port": 80, '.repeat(1_000)}! ${
    '"port": 80, '.repeat(1_000)
  }}`;
  const { frame = "" } = shown(text);
  const [line = "", caret = ""] = frame.split("\n");
  assert(line.length < 120 && line.includes('"port": 80'), line);
  assertEquals(line[caret.indexOf("^") - 1], " ");
  assertEquals(line[caret.indexOf("^")], "•");
});

Deno.test("Windows' ends of lines, an end without a line and control characters do no harm", () => {
  const { frame = "", reason } = show(
    {
      file: "k\u001b[2J\n.json",
      text: "{\r\n\u001b[2J\u202e\r\n",
      format: "json",
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
    const { place } = show(
      { file: "k", text, format: "json" },
      { offset, length: 1, message: "" },
    );
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

/** Texts of several lines, of which no word must be shown. */
const TEXTS: Readonly<Record<string, readonly [Format, string]>> = {
  "a block of YAML": ["yaml", "a:\n  pre: |\n    hunter2: 5\n    !\n  b: 1\n"],
  "a folded block with an indicator": [
    "yaml",
    "a: >2-  # x\n   hunter2: 5\n !",
  ],
  "a block behind an anchor and a tag": [
    "yaml",
    "a: &x !!str |\n hunter2: 5\n !",
  ],
  "a block in a list": ["yaml", "- a: 1\n- |\n  hunter2: 5\n\n  !\n"],
  "a block below a name in a list": ["yaml", "- a: |\n    hunter2: 5\n    !\n"],
  "a plain text of YAML": ["yaml", "a: one\n  hunter2: 5\n  !\n"],
  "a text of YAML in quotes": ["yaml", 'a: "one\n  hunter2: 5\n  !"\n'],
  "a text of TOML": ["toml", 'a = """\nhunter2 = 5\n!\n"""\n'],
  "a literal text of TOML": ["toml", "a = '''\nhunter2 = 5\n!\n'''\n"],
  "a text of JSON with ends of lines": ["json", '{"a": "b\nhunter2: 5\n!'],
};

for (const [name, [format, text]] of Object.entries(TEXTS)) {
  Deno.test(`no word of ${name} is taken for a name`, () => {
    const { frame = "" } = shown(text, format);
    assert(frame.includes("•••••••"), frame);
    assert(!frame.includes("hunter2"), frame);
  });
}

Deno.test("what follows a text is shown again", () => {
  const yaml = shown("a:\n  pre: |\n    x\n  port: 80\n  # !\n", "yaml").frame;
  assert(yaml?.includes("port: 80"), yaml);
  const toml = shown('a = """\nx\n"""\nport = 80\n!', "toml").frame;
  assert(toml?.includes("port = 80"), toml);
  const list = shown(
    "- endpoint: /a\n  backend:\n  - host: x\n    port: 80 !",
    "yaml",
  );
  assert(list.frame?.includes("port: 80"), list.frame);
});

Deno.test("a line that is cut within a text begins within it", () => {
  const text = `{"a": "${"hunter2: 5 ".repeat(100)}", "port": 80, !`;
  const { frame = "" } = shown(text);
  assert(!frame.includes("hunter2") && frame.includes('"port": 80'), frame);
});

Deno.test("the time for a frame does not grow with the lines of a file and their lengths", () => {
  const texts: readonly ((size: number) => string)[] = [
    (size) => `{"a": "${'x\\"'.repeat(size)}!`,
    (size) => `a: '${"\n".repeat(size)}!'`,
    (size) => `endpoints:\n${"  - a: 1\n".repeat(size)}  !`,
    (size) => `${'{"a":1},'.repeat(size)}!`,
  ];
  for (const text of texts) {
    for (const format of ["json", "yaml", "toml"] as const) {
      withinAConstant((size) => {
        const whole = text(size);
        return () => shown(whole, format);
      });
    }
  }
});
