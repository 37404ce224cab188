import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import { type FilterPatterns, parseFilter } from "../../../lib/match/filter.ts";

const r = String.raw;

function filterOf(patterns: Partial<FilterPatterns> = {}) {
  return parseFilter({
    globs: [],
    inverseGlobs: [],
    regexes: [],
    inverseRegexes: [],
    all: false,
    only: undefined,
    ...patterns,
  });
}

/** Those of the paths that match; folders are written with a "/" at the end. */
function select(patterns: Partial<FilterPatterns>, paths: readonly string[]) {
  const filter = filterOf(patterns);
  return paths.filter((path) =>
    filter.matches(path.replace(/\/$/, ""), path.endsWith("/"))
  );
}

Deno.test("parseFilter() without patterns takes what is not left out by default", () => {
  const paths = ["a", "a/", "a/b.json", ".hidden", "a/.git", "a/.gitignore"];
  assertEquals(select({}, [...paths, ".git/", "a~"]), paths);
});

Deno.test("parseFilter() reads the examples in reflex's README as reflex does", () => {
  const paths = [
    "a.c",
    "a.cc",
    "b/a.c",
    "foobar.txt",
    "foobar.txt.bak",
    "b/foobar.txt",
    "src/A.java",
    "x.coffee",
    "style.scss",
    "app.rb",
    "reflex.conf",
    "b/reflex.conf",
    "path/to/project/a.c",
    "path/to/project/b/a.c",
  ];
  const rows: [patterns: Partial<FilterPatterns>, selected: string[]][] = [
    [{ regexes: [r`\.c$`] }, [
      "a.c",
      "b/a.c",
      "path/to/project/a.c",
      "path/to/project/b/a.c",
    ]],
    [{ regexes: [r`\.txt$`] }, ["foobar.txt", "b/foobar.txt"]],
    [{ regexes: [r`.*\.txt`] }, [
      "foobar.txt",
      "foobar.txt.bak",
      "b/foobar.txt",
    ]],
    [{ regexes: [r`\.txt`] }, ["foobar.txt", "foobar.txt.bak", "b/foobar.txt"]],
    [{ regexes: ["^foobar"] }, ["foobar.txt", "foobar.txt.bak"]],
    [{ regexes: [r`\.java$`] }, ["src/A.java"]],
    [{ regexes: [r`\.coffee$`] }, ["x.coffee"]],
    [{ regexes: [r`\.scss$`] }, ["style.scss"]],
    [{ regexes: [r`\.rb$`] }, ["app.rb"]],
    [{ globs: ["*.c"] }, ["a.c"]],
    [{ globs: ["reflex.conf"] }, ["reflex.conf"]],
    [{ globs: ["path/to/project/*.c"] }, ["path/to/project/a.c"]],
  ];
  for (const [patterns, selected] of rows) {
    assertEquals(select(patterns, paths), selected, JSON.stringify(patterns));
  }
});

Deno.test("parseFilter() wants every pattern to match and no inverse one", () => {
  const patterns = {
    regexes: ["foo", "bar"],
    inverseRegexes: ["baz"],
    inverseGlobs: ["x/*/y"],
  };
  const paths = ["foobar", "bar/foo", "foo", "bar", "foobarbaz", "x/foobar/y"];
  assertEquals(select(patterns, [...paths, "x/foobar/z"]), [
    "foobar",
    "bar/foo",
    "x/foobar/z",
  ]);
  const go = { regexes: ["foo", r`\.go$`], inverseRegexes: ["foobar"] };
  assertEquals(
    select(go, ["foo.go", "foo/bar.go", "foobar/blah.go", "foo.c", "bar.go"]),
    ["foo.go", "foo/bar.go"],
  );
  assertEquals(
    select({ globs: ["a*", "*b"] }, ["ab", "axb", "a", "b"]),
    ["ab", "axb"],
  );
  assertEquals(
    select({ globs: ["a*"], regexes: ["b"] }, ["ab", "a", "b"]),
    ["ab"],
  );
});

Deno.test("parseFilter() turns inverse patterns around", () => {
  const paths = ["foo", "foobar", "bar"];
  assertEquals(select({ inverseGlobs: ["foo*"] }, paths), ["bar"]);
  assertEquals(select({ inverseRegexes: ["foo.*"] }, paths), ["bar"]);
});

Deno.test("parseFilter() shows folders to the patterns with a slash at the end", () => {
  const paths = ["dir/", "dir", "dir/a", "other/dir/"];
  assertEquals(select({ inverseRegexes: ["^dir/"] }, paths), [
    "dir",
    "other/dir/",
  ]);
  assertEquals(select({ globs: ["dir"] }, paths), ["dir"]);
  assertEquals(select({ globs: ["dir/"] }, paths), ["dir/"]);
  assertEquals(select({ regexes: ["/$"] }, paths), ["dir/", "other/dir/"]);
  const withSlash = filterOf({ globs: ["dir/"] }).matches("dir/", true);
  assertEquals(withSlash, true);
});

Deno.test("parseFilter() takes files or directories alone if it is told to", () => {
  const paths = ["a", "a/", "b/c", "b/c/", ".git/"];
  assertEquals(select({ only: "files" }, paths), ["a", "b/c"]);
  assertEquals(select({ only: "directories" }, paths), ["a/", "b/c/"]);
});

Deno.test("parseFilter() leaves out files of version control and editors, but for all: true", () => {
  const left = [
    ".git/",
    ".git/HEAD",
    "foo/bar/.git/HEAD",
    ".hg/",
    "foo/.hg/store",
    "foo~",
    "foo/bar~",
    "foo.swp",
    "foo/bar.swp",
    "foo.#123",
    "foo/bar.#123",
    ".#lock",
    "#foo#",
    "foo/#bar#",
    ".DS_Store",
    "foo/.DS_Store",
  ];
  const taken = [
    "foo.git",
    "foo/bar.git",
    "foo.git/",
    ".git",
    "~foo",
    "foo~bar",
    "foo~/",
    "foo.swp.bar",
    "fooXswp",
    "foo#123",
    "#foo",
    "foo#bar#",
    "foo.DS_Store",
    "foo/DS_Store",
  ];
  assertEquals(select({}, [...left, ...taken]), taken);
  assertEquals(select({ all: true }, left), left);
  assertEquals(select({ regexes: ["HEAD"] }, left), []);
});

Deno.test("parseFilter() excludes folders in which nothing can match", () => {
  const rows: [Partial<FilterPatterns>, path: string, excludes: boolean][] = [
    [{}, ".git", true],
    [{}, ".git/", true],
    [{}, "a/.hg", true],
    [{}, "a.git", false],
    [{}, "", false],
    [{ all: true }, ".git", false],
    [{ inverseRegexes: ["^third_party/"] }, "third_party", true],
    [{ inverseRegexes: ["^third_party/"] }, "third_party/a/b", true],
    [{ inverseRegexes: ["^third_party/"] }, "third", false],
    [{ inverseRegexes: ["foo"] }, "foo", true],
    [{ inverseRegexes: ["bar", "foo"] }, "foo", true],
    [{ inverseRegexes: ["((foo{3,4})|abc*)+|foo"] }, "foo", true],
    [{ inverseRegexes: ["foo/$"] }, "foo", false],
    [{ inverseRegexes: [r`foo/\z`] }, "foo", false],
    [{ inverseRegexes: [r`foo\b`] }, "foo", false],
    [{ inverseRegexes: [r`(foo\b)|(baz$)`] }, "foo", false],
    // Of this one reflex believes that it cannot be undone.
    [{ inverseRegexes: [r`foo/\B`] }, "foo", false],
    [{ inverseGlobs: ["foo/*"] }, "foo", false],
    [{ regexes: ["foo"] }, "bar", false],
    // Reflex walks these; in a large folder it takes long.
    [{ globs: ["*.json"] }, "a", true],
    [{ globs: ["*.json"] }, "", false],
    [{ globs: ["a/*.json"] }, "a", false],
    [{ globs: ["a/*.json"] }, "a/b", true],
    [{ globs: ["a[^b]c"] }, "a", false],
  ];
  for (const [patterns, path, excludes] of rows) {
    assertEquals(
      filterOf(patterns).excludesFolder(path),
      excludes,
      `${JSON.stringify(patterns)} ${path}`,
    );
  }
});

Deno.test("parseFilter() refuses a malformed pattern of every kind", () => {
  for (const kind of ["globs", "inverseGlobs"] as const) {
    const refused = () => filterOf({ [kind]: ["a", "b["] });
    const { message } = assertThrows(refused, UsageError);
    assertStringIncludes(message, `Cannot read "b[" as a glob`);
  }
  for (const kind of ["regexes", "inverseRegexes"] as const) {
    const refused = () => filterOf({ [kind]: ["a", "(b"] });
    const { message } = assertThrows(refused, UsageError);
    assertStringIncludes(message, `Cannot read "(b" as a regular expression`);
  }
});
