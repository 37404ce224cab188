import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { findFaults } from "../../../lib/krakend/find_faults.ts";
import { placeOf } from "../../../lib/krakend/frame.ts";

/** Broken JSON: the text, where it is broken, and how the sentence begins. */
const BROKEN: Readonly<Record<string, readonly [string, string, string]>> = {
  "a comma before a brace": ['{\n"a": 1,\n}', "2:7", "there is a comma too"],
  "a comma before a bracket": ["[1,\n2, ]", "2:2", "there is a comma too"],
  "two commas": ['{"a": 1,, "b": 2}', "1:9", "there is one comma too"],
  "a comma at the beginning": ["{, }", "1:2", "a "],
  "no comma between settings": [
    '{"a": 1\n"b": 2}',
    "2:1",
    "a comma is missing",
  ],
  "no comma between members": ["[1\n2]", "2:1", "a comma is missing"],
  "no colon": ['{"a" 1}', "1:6", "a colon is missing"],
  "no value": ['{"a": }', "1:7", "a value is missing"],
  "no value before a comma": ['{"a": , "b": 1}', "1:7", "a value is missing"],
  "an open text": ['{"a": "b\n}', "1:7", "the text that begins here"],
  "an open name": ['{"a: 1}', "1:2", "the text that begins here"],
  "an open brace": ['{\n"a": {"b": 1\n', "2:6", 'this "{" is never'],
  "an open bracket": ['{"a": [1', "1:7", 'this "[" is never'],
  "an open document": ["{", "1:1", 'this "{" is never'],
  "the wrong bracket": ['{\n"a": [1, 2\n}', "3:1", 'this closes a "["'],
  "the wrong brace": ['[{"a": 1]', "1:9", 'this closes a "{"'],
  "one brace too many": ['{"a": 1}}', "1:9", "the document has ended"],
  "two documents": ["{}\n{}", "2:1", "the document has ended"],
  "a comment": ['// why\n{"a": 1}', "1:1", "JSON has no comments"],
  "a comment in between": ['{"a": /* 1 */ 2}', "1:7", "JSON has no comments"],
  "single quotes": ["{'a': 1}", "1:2", "texts stand in double quotes"],
  "a name without quotes": ["{a: 1}", "1:2", "this is no value"],
  "a text without quotes": ['{"a": b}', "1:7", "this is no value"],
  "True": ['{"a": True}', "1:7", "this is no value"],
  "NaN": ['{"a": NaN}', "1:7", "this is no value"],
  "a plus sign": ['{"a": +1}', "1:7", "this is no number"],
  "a point at the beginning": ['{"a": .5}', "1:7", "this is no number"],
  "a zero at the beginning": ['{"a": 012}', "1:7", "a number cannot begin"],
  "a hexadecimal number": ['{"a": 0x1F}', "1:8", "this is no value"],
  "a bad escape": ['{"a": "C:\\dir"}', "1:10", "a backslash must"],
  "a bad code": ['{"a": "\\u12"}', "1:8", "\\u must be followed"],
  "a tab in a text": ['{"a": "\t"}', "1:8", "a text cannot hold"],
  "nothing": ["", "1:1", "the file holds nothing"],
  "only space": [" \n ", "1:1", "the file holds nothing"],
  "too many levels": ["[".repeat(20_000), "1:10001", "brackets are nested"],
};

function faultsOf(text: string) {
  return findFaults(new TextEncoder().encode(text), "json");
}

for (const [name, [text, place, message]] of Object.entries(BROKEN)) {
  Deno.test(`in JSON, ${name} is found at ${place}`, () => {
    const [fault] = faultsOf(text);
    assert(fault);
    const { line, column } = placeOf(text, fault.offset, "");
    assertEquals(`${line}:${column}`, place, fault.message);
    assertEquals(fault.message.slice(0, message.length), message);
    assertEquals(fault.isWarning, undefined);
  });
}

Deno.test("there is an error exactly if JSON.parse finds one, and it lies within the text", () => {
  const damaged = fc.tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.nat(3),
    fc.string({ maxLength: 3 }),
  ).map(([text, at, length, inserted]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + inserted + text.slice(start + length);
  });
  fc.assert(
    fc.property(damaged, (text) => {
      const bytes = new TextEncoder().encode(text);
      // What is no text is another matter.
      fc.pre(!bytes.includes(0));
      let isBroken = false;
      try {
        JSON.parse(text);
      } catch {
        isBroken = true;
      }
      const errors = faultsOf(text).filter(({ isWarning }) => !isWarning);
      assertEquals(errors.length > 0, isBroken);
      for (const { offset, length } of errors) {
        assert(offset >= 0 && offset <= text.length);
        assert(length >= 0 && offset + length <= text.length + 1);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("a name that stands twice in an object is a warning, and one in another object is none", () => {
  const text = '{"a": {"b": 1},\n"c": {"b": 1},\n"a": 2}';
  const faults = faultsOf(text);
  assertEquals(faults.length, 1);
  assertEquals(faults[0]?.isWarning, true);
  assertEquals(placeOf(text, faults[0]?.offset ?? 0, "").line, 3);
});

/** Files that are no UTF-8 text: the bytes, and what the sentence names. */
const NO_TEXT: readonly [string, readonly number[], string][] = [
  ["a byte order mark", [0xef, 0xbb, 0xbf, 0x7b, 0x7d], "BOM"],
  ["UTF-16, little end first", [0xff, 0xfe, 0x7b, 0, 0x7d, 0], "UTF-16"],
  ["UTF-16, big end first", [0xfe, 0xff, 0, 0x7b, 0, 0x7d], "UTF-16"],
  ["UTF-16 without a mark", [0x7b, 0, 0x0a, 0, 0x7d, 0], "UTF-16"],
  ["a zero byte", [0x7b, 0x22, 0x61, 0, 0x22, 0x7d], "zero byte"],
  ["gzip", [0x1f, 0x8b, 8, 0], "gzip"],
];

for (const [name, bytes, word] of NO_TEXT) {
  Deno.test(`${name} is called by its name`, () => {
    const [fault] = findFaults(new Uint8Array(bytes), "json");
    assert(fault?.message.includes(word), fault?.message);
  });
}

Deno.test("the faults of YAML and TOML have the places that their parsers tell, and no value of the file", () => {
  const yaml = "a: s3cret\nb: [1, 2\nc: 3\n";
  const [inYaml] = findFaults(new TextEncoder().encode(yaml), "yaml");
  assertEquals(placeOf(yaml, inYaml?.offset ?? 0, "").line, 3);
  const toml = "a = 1\nb 's3cret'\n";
  const [inToml] = findFaults(new TextEncoder().encode(toml), "toml");
  assertEquals(placeOf(toml, inToml?.offset ?? 0, "").line, 2);
  assert(!JSON.stringify([inYaml, inToml]).includes("s3cret"));
});
