import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readJson } from "../../../lib/krakend/json.ts";

/** Broken JSON: the text, where it is broken, and how the sentence begins. */
const BROKEN: Readonly<Record<string, readonly [string, string, string]>> = {
  "a comma before a brace": ['{\n"a": 1,\n}', "2:7", "there is a comma too"],
  "a comma before a bracket": ["[1,\n2, ]", "2:2", "there is a comma too"],
  "two commas": ['{"a": 1,, "b": 2}', "1:9", "there is one comma too"],
  "a comma at the beginning": ["{, }", "1:2", "a name in double quotes"],
  "no comma between names": ['{"a": 1\n"b": 2}', "2:1", "a comma is missing"],
  "no comma between members": ["[1\n2]", "2:1", "a comma is missing"],
  "no colon": ['{"a" 1}', "1:6", "a colon is missing"],
  "no value": ['{"a": }', "1:7", "a value is missing"],
  "no value before a comma": ['{"a": , "b": 1}', "1:7", "a value is missing"],
  "an open text": ['{"a": "b\n}', "1:7", "the text that begins here"],
  "an open name": ['{"a: 1}', "1:2", "the text that begins here"],
  "an open brace": ['{\n"a": {"b": 1\n', "2:6", 'this "{" is never'],
  "an open bracket": ['{"a": [1', "1:7", 'this "[" is never'],
  "an open document": ["{", "1:1", 'this "{" is never'],
  "the wrong bracket": [
    '{\n"a": [1, 2\n}',
    "3:1",
    'this closes a "[" of line 2',
  ],
  "the wrong brace": ['[{"a": 1]', "1:9", 'this closes a "{"'],
  "one brace too many": ['{"a": 1}}', "1:9", "the document has ended"],
  "two documents": ["{}\n{}", "2:1", "the document has ended"],
  "a comment": ['// why\n{"a": 1}', "1:1", "JSON has no comments"],
  "a comment in between": ['{"a": /* 1 */ 2}', "1:7", "JSON has no comments"],
  "a comment of YAML": ['{\n# why\n"a": 1}', "2:1", "JSON has no comments"],
  "single quotes": ["{'a': 1}", "1:2", "texts stand in double quotes"],
  "a name without quotes": ["{a: 1}", "1:2", "this is no value"],
  "a number as a name": ["{1: 1}", "1:2", "a name in double quotes"],
  "a text without quotes": ['{"a": b}', "1:7", "this is no value"],
  "True": ['{"a": True}', "1:7", "this is no value"],
  "NaN": ['{"a": NaN}', "1:7", "this is no value"],
  "a plus sign": ['{"a": +1}', "1:7", "this is no number"],
  "a point at the beginning": ['{"a": .5}', "1:7", "this is no number"],
  "a zero at the beginning": ['{"a": 012}', "1:7", "a number cannot begin"],
  "a hexadecimal number": ['{"a": 0x1F}', "1:7", "this is no number"],
  "a bad escape": ['{"a": "C:\\dir"}', "1:10", "a backslash must"],
  "a bad code": ['{"a": "\\u12"}', "1:8", "\\u must be followed"],
  "a tab in a text": ['{"a": "\t"}', "1:8", "a text cannot hold"],
  "nothing": ["", "1:1", "the file is empty"],
  "only space": [" \n ", "1:1", "the file is empty"],
  "too many levels": ["[".repeat(20_000), "1:10001", "brackets are nested"],
};

/** Returns the line and column of an offset. */
function placeOf(text: string, offset = -1): string {
  const lines = text.slice(0, offset).split("\n");
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

for (const [name, [text, place, message]] of Object.entries(BROKEN)) {
  Deno.test(`in JSON, ${name} is found at ${place}`, () => {
    const { fault } = readJson(text);
    assertEquals(placeOf(text, fault?.offset), place, fault?.message);
    assertEquals(fault?.message.slice(0, message.length), message);
  });
}

Deno.test("there is a fault exactly if JSON.parse finds one, and it lies within the text", () => {
  const damaged = fc.tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.nat(3),
    fc.string({
      unit: fc.constantFrom(..."{}[]\",:\\/#'u0.e-+ \n\0é"),
      maxLength: 3,
    }),
  ).map(([text, at, length, inserted]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + inserted + text.slice(start + length);
  });
  fc.assert(
    fc.property(damaged, (text) => {
      let isBroken = false;
      try {
        JSON.parse(text);
      } catch {
        isBroken = true;
      }
      const { fault } = readJson(text);
      assertEquals(fault !== undefined, isBroken, fault?.message);
      if (!fault) return;
      assert(fault.offset >= 0 && fault.offset <= text.length);
      assert(
        fault.length >= 0 && fault.offset + fault.length <= text.length + 1,
      );
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a name that stands twice in an object is found, and neither one in another object nor a comment", () => {
  const text =
    '{"a": {"b": 1},\n"c": {"b": 1},\n"\\u0061": 2, "@comment": 1, ' +
    '"@comment": 2, "$x": 1, "$x": 2, "//": 1, "//": 2, "#": 1, "#": 2, "_": 1, "_": 2}';
  const { duplicates, fault } = readJson(text);
  assertEquals(fault, undefined);
  assertEquals(duplicates.map(({ offset }) => placeOf(text, offset)), ["3:1"]);
  assertEquals(
    duplicates[0]?.message,
    "this name stands in line 1 already: only the last one counts",
  );
});

Deno.test("of many names that stand twice, the first few are enough", () => {
  const text = `{${'"a": 1, '.repeat(1_000)}"a": 1}`;
  assertEquals(readJson(text).duplicates.length, 3);
});
