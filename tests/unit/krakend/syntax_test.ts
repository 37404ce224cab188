import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { findDuplicates, findFault } from "../../../lib/krakend/syntax.ts";

/** Returns the line and column of an offset. */
function placeOf(text: string, offset = -1): string {
  const lines = text.slice(0, offset).split("\n");
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

async function faultOf(text: string) {
  return await findFault(new TextEncoder().encode(text), "json");
}

/** Broken JSON: the text, where it is broken, and how the sentence begins. */
// deno-fmt-ignore
const BROKEN: readonly (readonly [text: string, place: string, sentence: string])[] = [
  ['{\n"a": 1,\n}', "2:7", "there is a comma too many, before"],
  ["[1,\n2, ]", "2:2", "there is a comma too many, before"],
  ['{"a": 1,, "b": 2}', "1:9", "property name expected"],
  ['{"a": 1\n"b": 2}', "2:1", "comma expected"],
  ["[1\n2]", "2:1", "comma expected"],
  ['{"a" 1}', "1:6", "colon expected"],
  ['{"a": }', "1:7", "value expected"],
  ['{"a": , "b": 1}', "1:7", "value expected"],
  ['{"a": "b\n}', "1:7", "unexpected end of string"],
  ['{"a: 1}', "1:2", "unexpected end of string"],
  ['{\n"a": {"b": 1\n', "2:6", 'this "{" is never closed'],
  ['{"a": [1', "1:7", 'this "[" is never closed'],
  ['{"a": ', "1:1", 'this "{" is never closed'],
  ["{", "1:1", 'this "{" is never closed'],
  ['{\n"a": [1, 2\n}', "3:1", 'this closes a "[" of line 2'],
  ['[{"a": 1]', "1:9", 'this closes a "{" of line 1'],
  ['{"a": 1}}', "1:9", "end of file expected"],
  ["{}\n{}", "2:1", "end of file expected"],
  ['// why\n{"a": 1}', "1:1", "invalid comment token"],
  ['{"a": /* 1 */ 2}', "1:7", "invalid comment token"],
  ["{'a': 1}", "1:2", "invalid symbol"],
  ['{"a": True}', "1:7", "invalid symbol"],
  ['{"a": +1}', "1:7", "invalid symbol"],
  ["{1: 1}", "1:2", "property name expected"],
  ['{"a": "C:\\dir"}', "1:7", "invalid escape character"],
  ['{"a": "\\u12"}', "1:7", "invalid unicode"],
  ['{"a": "\t"}', "1:7", "invalid character"],
  [" \n ", "1:1", "the file is empty"],
  ["[]", "1:1", "the configuration must be an object"],
  ['{"a": "\0"}', "1:8", "there is a zero byte"],
];

Deno.test("the first fault of JSON is found", async () => {
  for (const [text, place, sentence] of BROKEN) {
    const { offset, message = "" } = await faultOf(text) ?? {};
    const found = [
      text,
      placeOf(text, offset),
      message.slice(0, sentence.length),
    ];
    assertEquals(found, [text, place, sentence]);
  }
  const { message } = await faultOf("[".repeat(20_000)) ?? {};
  assertEquals(message, "brackets are nested deeper than can be read");
});

/** Files that are no JSON text: the bytes, and a word of what is said. */
const NO_TEXT: readonly (readonly [bytes: string, word: string])[] = [
  ["\xef\xbb\xbf{}", "BOM"],
  ["\xff\xfe{\0}\0", "UTF-16"],
  ["\xfe\xff\0{\0}", "UTF-16"],
  ["{\0\n\0}\0", "zero byte"],
  ["\x7fELF\x02\x01\x01\0", "a program"],
  ["\0\x05\x16\x07\0\x02\0\0", "macOS"],
];

Deno.test("files that are no text are called by their names, but for the marks that YAML may have", async () => {
  for (const [bytes, word] of NO_TEXT) {
    const content = Uint8Array.from(bytes, (it) => it.charCodeAt(0));
    const { message = "" } = await findFault(content, "json") ?? {};
    assert(message.includes(word), `${word}: ${message}`);
  }
  const yaml = new TextEncoder().encode("\ufeffa: 1\n");
  assertEquals(await findFault(yaml, "yaml"), undefined);
});

Deno.test("a fault of YAML has a place, and shows nothing that it quotes", async () => {
  const yaml = new TextEncoder().encode("a: 1\nb: *hunter2\n");
  assertEquals(await findFault(yaml, "yaml"), {
    offset: 16,
    length: 1,
    message: "Cannot read alias: unidentified alias …",
  });
});

Deno.test("there is a fault exactly if JSON.parse finds one, and it lies within the text", async () => {
  const damaged = fc.tuple(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
    fc.nat(),
    fc.nat(3),
    fc.string({
      unit: fc.constantFrom(..."{}[]\",:\\/#'u0.e-+ \n\0é"),
      maxLength: 3,
    }),
  ).map(([value, at, length, inserted]) => {
    const text = JSON.stringify(value);
    const start = at % (text.length + 1);
    return text.slice(0, start) + inserted + text.slice(start + length);
  });
  await fc.assert(
    fc.asyncProperty(damaged, async (text) => {
      let isObject = false;
      try {
        const value = JSON.parse(text);
        isObject = typeof value === "object" && !Array.isArray(value);
      } catch { /* It is no JSON. */ }
      const fault = await faultOf(text);
      assertEquals(fault === undefined, isObject, fault?.message);
      if (!fault) return;
      assert(fault.offset >= 0 && fault.offset <= text.length);
      assert(fault.length >= 0);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a name that stands twice in an object is found, and neither one in another object nor a comment", async () => {
  const text =
    '{"a": {"b": 1},\n"c": {"b": 1},\n"\\u0061": 2, "@comment": 1, ' +
    '"@comment": 2, "$x": 1, "$x": 2, "//": 1, "//": 2, "#": 1, "#": 2, "_": 1, "_": 2}';
  const duplicates = await findDuplicates(text);
  assertEquals(
    duplicates.map(({ offset, message }) =>
      `${placeOf(text, offset)} ${message}`
    ),
    ["3:1 this name stands in line 1 already: only the last one counts"],
  );
});

Deno.test("of many names that stand twice the first few are enough, and levels without end do no harm", async () => {
  const text = `{${'"a": 1, '.repeat(1_000)}"a": 1}`;
  assertEquals((await findDuplicates(text)).length, 3);
  const deep = '{"a":'.repeat(9_000) + "1" + "}".repeat(9_000);
  assertEquals(await findDuplicates(deep), []);
});
