import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/errors.ts";
import { parseGlob } from "../../../lib/match/glob.ts";
import { assertLinear } from "./growth.ts";

type Row = [glob: string, path: string, matches: boolean];

/** The names of the tables are the names of the tests. What Go does with each construct stands in corpus/corpus.json. */
const TABLES: Record<string, Row[]> = {
  "a glob matches the whole path": [
    ["foo", "foo", true],
    ["foo", "foobar", false],
    ["foo", "a/foo", false],
    ["foo*", "foo", true],
    ["", "a", false],
    ["", "", true],
  ],
  "a star is any number of characters, but no slash": [
    ["*", "a.json", true],
    ["*", ".hidden", true],
    ["*", "a/b", false],
    ["*", "a/", false],
    ["*/*.json", "a/a.json", true],
    ["*/*.json", "a/b/a.json", false],
    ["a*b*c", "a-b-b-c", true],
    ["*a", "line\na", true],
    ["**/a", "c/b/a", false],
  ],
  "only a slash at the end of the glob matches a folder": [
    ["foo", "foo/", false],
    ["foo/", "foo/", true],
    ["foo/", "foo", false],
    ["foo/*", "foo/", true],
  ],
  "brackets match a slash, as with Go, and a star before them stays short": [
    ["a[^b]c", "a/c", true],
    ["a[.-0]c", "a/c", true],
    ["a[^.-0]c", "a/c", false],
    ["*[^~]", "folder/", true],
    ["*[^x]*a", "ab/a", false],
    ["*b[^x]*a", "ab/a", true],
  ],
  "a character beyond U+FFFF is itself, and two to ? and to a set": [
    ["\u{1F600}*", "\u{1F600}", true],
    ["*", "\u{1F600}", true],
    ["?", "\u{1F600}", false],
    ["[^a]", "\u{1F600}", false],
  ],
};

for (const [sentence, rows] of Object.entries(TABLES)) {
  Deno.test(`parseGlob(): ${sentence}`, () => {
    for (const [glob, path, matches] of rows) {
      assertEquals(parseGlob(glob).matches(path), matches, `${glob} ${path}`);
    }
  });
}

Deno.test("parseGlob() refuses what is malformed and names the reason", () => {
  const sets = ["a[", "[^", "[a-", "b*[a", "[\\", "[a\\]", "[]", "[]a]", "[^]"];
  for (const glob of [...sets, "[a-]", "[-a]", "[a-c-e]", "[\u{1F600}]"]) {
    const { message } = assertThrows(() => parseGlob(glob), UsageError);
    assertStringIncludes(
      message,
      `Cannot read "${glob}" as a glob: the set that begins with "[`,
    );
  }
  const { message } = assertThrows(() => parseGlob("a\\"), UsageError);
  assertStringIncludes(message, "nothing follows the last backslash");
});

Deno.test("parseGlob() counts the slashes that a path can have at most that matches", () => {
  const globs = ["*", "a/*.b/", "\\/", "[^a]?", "[.-0]", "[^/]", "[a]**"];
  assertEquals(
    globs.map((glob) => parseGlob(glob).mostSlashes),
    // Each set counts as one, be there a "/" in it or not.
    [0, 2, 1, 1, 1, 1, 1],
  );
});

const anyName = fc.string({ unit: "grapheme", maxLength: 8 });

Deno.test("parseGlob() with a backslash before everything matches that path and no other", () => {
  fc.assert(fc.property(anyName, anyName, (name, other) => {
    const glob = parseGlob([...name].map((it) => `\\${it}`).join(""));
    assertEquals(glob.matches(name), true);
    assertEquals(glob.matches(other), name === other);
  }));
});

Deno.test("parseGlob() takes a star between names for everything that has no slash", () => {
  const plain = fc.stringMatching(/^[a-z.]{0,4}$/);
  fc.assert(fc.property(plain, plain, anyName, (start, end, middle) => {
    const glob = parseGlob(`${start}*${end}`);
    assertEquals(glob.matches(start + middle + end), !middle.includes("/"));
  }));
});

Deno.test("parseGlob() takes time that grows with the path, however many stars there are", () => {
  const glob = parseGlob("*a".repeat(30) + "b");
  assertLinear((size) => {
    const path = "a".repeat(size);
    return () => assertEquals(glob.matches(path), false);
  }, 1_000);
});

Deno.test("parseGlob() takes time that grows with the glob", () => {
  assertLinear((size) => {
    const unclosed = "[a-b]*".repeat(size) + "[a";
    return () => assertThrows(() => parseGlob(unclosed), UsageError);
  }, 1_000);
});
