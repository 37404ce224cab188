import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/errors.ts";
import { parseGlob } from "../../../lib/match/glob.ts";
import { assertLinear } from "./growth.ts";

/** What Go does with each construct stands in corpus/corpus.json. */
const ROWS: [glob: string, path: string, matches: boolean][] = [
  ["", "", true],
  ["", "a", false],
  ["*", "a/", false],
  ["foo/*", "foo/", true],
  ["*a", "line\na", true],
  ["**/a", "c/b/a", false],
  ["*[^~]", "folder/", true],
  // A star ends at the first place where what follows it fits.
  ["*[^x]*a", "ab/a", false],
  ["*b[^x]*a", "ab/a", true],
  ["?", "\u{1F600}", true],
  ["*[\u{1F5FF}-\u{1F601}]", "a\u{1F600}", true],
  ["[\uFF01-\u{1F600}]", "\u{1F600}", true],
  ["[^\u{1F600}-\uFF01]", "\u{1F600}", true],
];

Deno.test("parseGlob() reads stars, sets, slashes and any character", () => {
  for (const [glob, path, matches] of ROWS) {
    assertEquals(parseGlob(glob)(path), matches, `${glob} ${path}`);
  }
});

Deno.test("parseGlob() refuses what is malformed and names the reason", () => {
  const sets = ["a[", "[^", "[a-", "b*[a", "[\\", "[a\\]", "[]", "[]a]", "[^]"];
  for (const glob of [...sets, "[a-]", "[-a]", "[^-a]", "[a-c-e]", "a\\"]) {
    const { message } = assertThrows(() => parseGlob(glob), UsageError);
    const reason = glob.includes("[")
      ? 'the set that begins with "['
      : "nothing follows the last backslash";
    assertStringIncludes(message, `Cannot read "${glob}" as a glob: ${reason}`);
  }
});

const anyName = fc.string({ unit: "grapheme", maxLength: 8 });

Deno.test("parseGlob() with a backslash before everything matches that path and no other", () => {
  fc.assert(fc.property(anyName, anyName, (name, other) => {
    const matches = parseGlob([...name].map((it) => `\\${it}`).join(""));
    assertEquals(matches(name), true);
    assertEquals(matches(other), name === other);
  }));
});

Deno.test("parseGlob() takes a star between names for everything that has no slash", () => {
  const plain = fc.stringMatching(/^[a-z.]{0,4}$/);
  fc.assert(fc.property(plain, plain, anyName, (start, end, middle) => {
    const matches = parseGlob(`${start}*${end}`);
    assertEquals(matches(start + middle + end), !middle.includes("/"));
  }));
});

Deno.test("parseGlob() takes time that grows with the glob and the path, however many stars there are", async () => {
  const matches = parseGlob("*a".repeat(30) + "b");
  await assertLinear((size) => {
    const path = "a".repeat(size);
    return () => assertEquals(matches(path), false);
  }, 1_000);
  await assertLinear((size) => {
    const unclosed = "[a-b]*".repeat(size) + "[a";
    return () => assertThrows(() => parseGlob(unclosed), UsageError);
  }, 1_000);
});
