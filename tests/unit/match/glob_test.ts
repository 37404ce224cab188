import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/errors.ts";
import { parseGlob } from "../../../lib/match/glob.ts";

type Row = [glob: string, path: string, matches: boolean];

/** The names of the tables are the names of the tests. */
const TABLES: Record<string, Row[]> = {
  "a glob matches the whole path": [
    ["foo", "foo", true],
    ["foo", "foobar", false],
    ["foo", "a/foo", false],
    ["bar", "foobar", false],
    ["foo*", "foo", true],
    ["foo*", "foobar", true],
    ["foo*", "bar", false],
    ["", "a", false],
  ],
  "a star is any number of characters, but no slash": [
    ["*", "a.json", true],
    ["*", ".hidden", true],
    ["*", "a/b", false],
    ["*", "a/", false],
    ["*.json", "a.json", true],
    ["*.json", "a/a.json", false],
    ["*/*.json", "a/a.json", true],
    ["*/*.json", "a/b/a.json", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["*b*c", "a/bc", false],
    ["*a", "line\na", true],
  ],
  "a question mark is one character, but no slash": [
    ["?", "a", true],
    ["?", "", false],
    ["?", "ab", false],
    ["?", "\u{1F600}", true],
    ["??", "\u{1F600}", false],
    ["a?b", "a/b", false],
    ["a?b", "a\nb", true],
  ],
  "two stars are as one": [
    ["**", "a", true],
    ["**", "a/b", false],
    ["**/a", "a", false],
    ["**/a", "b/a", true],
    ["**/a", "c/b/a", false],
  ],
  "only a slash at the end of the glob matches a folder": [
    ["foo", "foo/", false],
    ["foo/", "foo/", true],
    ["foo/", "foo", false],
    ["foo/", "foo//", false],
    ["*/", "foo/", true],
    ["foo/*", "foo/", true],
    ["a//b", "a/b", false],
  ],
  "brackets are one of the characters in them": [
    ["[abc]", "b", true],
    ["[abc]", "d", false],
    ["[a-c]x", "bx", true],
    ["[a-c]x", "-x", false],
    ["[a-ce]", "e", true],
    ["[\u00E9-\u{1F600}]", "\u03C3", true],
    ["[*?{[]", "*", true],
    ["[*?{[]", "[", true],
    ["[*?{[]", "a", false],
    ["[!a]", "!", true],
    ["[!a]", "b", false],
    ["[[:alpha:]", ":", true],
    ["[[:alpha:]", "z", false],
    ["[b-a]", "a", false],
  ],
  "a caret negates brackets only where it comes first": [
    ["[^a]", "b", true],
    ["[^a]", "a", false],
    ["[^a]", "^", true],
    ["[^a-c]", "b", false],
    ["[a^]", "^", true],
    ["[a^]", "b", false],
    ["[^b-a]", "b", true],
  ],
  "brackets match a slash, as with Go, and a star before them stays short": [
    ["a[^b]c", "a/c", true],
    ["a[.-0]c", "a/c", true],
    ["a[^.-0]c", "a/c", false],
    ["*[^~]", "folder/", true],
    ["*[^x]*a", "ab/a", false],
    ["*b[^x]*a", "ab/a", true],
  ],
  "a backslash takes the next character as it is": [
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\a", "a", true],
    ["\\\\", "\\", true],
    ["[\\]]", "]", true],
    ["[\\^a]", "^", true],
    ["[\\^a]", "b", false],
    ["[a\\-c]", "-", true],
    ["[a\\-c]", "b", false],
    ["[\\a-\\c]", "b", true],
  ],
  "nothing else is special": [
    ["{a,b}", "a", false],
    ["{a,b}", "{a,b}", true],
    ["a.c", "abc", false],
    ["a|b", "a|b", true],
    ["+(a)", "+(a)", true],
    ["+(a)", "a", false],
    ["!(a)", "b", false],
    ["^a$", "^a$", true],
    ["a]", "a]", true],
    ["[a]]", "a]", true],
    ["-a", "-a", true],
    ["A", "a", false],
  ],
};

for (const [sentence, rows] of Object.entries(TABLES)) {
  Deno.test(`parseGlob(): ${sentence}`, () => {
    for (const [glob, path, matches] of rows) {
      assertEquals(parseGlob(glob).matches(path), matches, `${glob} ${path}`);
    }
  });
}

Deno.test("parseGlob() refuses what is malformed and says why", () => {
  const rows: [glob: string, reason: string][] = [
    ["a[", `"[" is not closed`],
    ["[^", `"[" is not closed`],
    ["[a-", `"[" is not closed`],
    ["b*[a", `"[" is not closed`],
    ["[\\", `"[" is not closed`],
    ["[a\\]", `"[" is not closed`],
    ["[]", `"]" stands in brackets where a character is due`],
    ["[]a]", `"]" stands in brackets where a character is due`],
    ["[^]", `"]" stands in brackets where a character is due`],
    ["[a-]", `"]" stands in brackets where a character is due`],
    ["[-a]", `"-" stands in brackets where a character is due`],
    ["[a-c-e]", `"-" stands in brackets where a character is due`],
    ["a\\", "nothing follows the last backslash"],
  ];
  for (const [glob, reason] of rows) {
    const { message } = assertThrows(() => parseGlob(glob), UsageError);
    assertStringIncludes(message, `Cannot read "${glob}" as a glob: ${reason}`);
    assertStringIncludes(message, "Write *, ?, [a-z] or [^a-z]");
  }
});

Deno.test("parseGlob() knows how many slashes a path can have that matches", () => {
  const globs = ["*", "a/*.b/", "\\/", "[^a]?", "[.-0]", "[^/]", "[a]**"];
  assertEquals(
    globs.map((glob) => parseGlob(glob).mostSlashes),
    [0, 2, 1, 1, 1, 0, 0],
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

Deno.test("parseGlob() lets a star between names stand for whatever has no slash", () => {
  const plain = fc.stringMatching(/^[a-z.]{0,4}$/);
  fc.assert(fc.property(plain, plain, anyName, (start, end, middle) => {
    const glob = parseGlob(`${start}*${end}`);
    assertEquals(
      glob.matches(start + middle + end),
      !middle.includes("/"),
    );
  }));
});

Deno.test("parseGlob() makes many stars no slower than few", () => {
  // With a RegExp that goes back into each star, this would not end.
  const glob = parseGlob("*a".repeat(30) + "b");
  assertEquals(glob.matches("a".repeat(200)), false);
});
