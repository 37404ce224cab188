import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/errors.ts";
import { type FilterOptions, parseFilter } from "../../../lib/match/filter.ts";
import corpus from "./corpus/corpus.json" with { type: "json" };
import { assertLinear } from "./growth.ts";

const r = String.raw;

/** Asserts which of the paths match; folders are written with a "/" at the end. */
async function assertSelected(
  paths: readonly string[],
  rows: readonly [patterns: FilterOptions, selected: readonly string[]][],
) {
  for (const [patterns, selected] of rows) {
    const { accepts } = await parseFilter(patterns);
    const found = paths.filter((path) =>
      accepts(path.replace(/\/$/, ""), path.endsWith("/"))
    );
    assertEquals(found, selected, JSON.stringify(patterns));
  }
}

Deno.test("the examples in reflex's README match what they match there", async () => {
  const paths = ["a.c", "a.cc", "b/a.c", "foobar.txt", "foobar.txt.bak"]
    .concat("b/foobar.txt", "src/A.java", "reflex.conf", "b/reflex.conf")
    .concat("path/to/project/a.c", "path/to/project/b/a.c");
  const texts = ["foobar.txt", "foobar.txt.bak", "b/foobar.txt"];
  await assertSelected(paths, [
    [{ regexes: [r`\.c$`] }, paths.filter((path) => path.endsWith(".c"))],
    [{ regexes: [r`\.txt$`] }, ["foobar.txt", "b/foobar.txt"]],
    [{ regexes: [r`.*\.txt`] }, texts],
    [{ regexes: [r`\.txt`] }, texts],
    [{ regexes: ["^foobar"] }, ["foobar.txt", "foobar.txt.bak"]],
    [{ regexes: [r`\.java$`] }, ["src/A.java"]],
    [{ globs: ["*.c"] }, ["a.c"]],
    [{ globs: ["reflex.conf"] }, ["reflex.conf"]],
    [{ globs: ["path/to/project/*.c"] }, ["path/to/project/a.c"]],
  ]);
});

for (const kind of ["globs", "regexes"] as const) {
  Deno.test(`${kind} match what they match in Go`, async () => {
    for (const [pattern = "", bits = ""] of corpus[kind]) {
      const parse = () => parseFilter({ all: true, [kind]: [pattern] });
      if (bits === "-") {
        await assertRejects(parse, UsageError, `Cannot read "${pattern}"`);
        continue;
      }
      const { accepts } = await parse();
      // As corpus.go writes them: bit i stands for path i.
      const sum = corpus.paths.map((path) => accepts(path, path.endsWith("/")))
        .reduceRight((sum, it) => sum << 1n | BigInt(it), 0n);
      assertEquals(sum.toString(16), bits, pattern);
    }
  });
}

Deno.test("patterns get folders with a slash at the end, and one kind alone can count", async () => {
  await assertSelected(["dir/", "dir", "dir/a", "other/dir/"], [
    [{ inverseRegexes: ["^dir/"] }, ["dir", "other/dir/"]],
    [{ globs: ["dir"] }, ["dir"]],
    [{ globs: ["dir/"] }, ["dir/"]],
    [{ only: "only-files" }, ["dir", "dir/a"]],
    [{ only: "only-dirs" }, ["dir/", "other/dir/"]],
  ]);
  const { accepts } = await parseFilter({ globs: ["dir/"] });
  assertEquals(accepts("dir/", true), true);
});

Deno.test("files of version control and editors count only with --all", async () => {
  const excluded = [".git/", ".git/HEAD", "foo/bar/.git/HEAD", ".hg/", "foo~"]
    .concat("..data", "..2026_11_26/a", "foo/..data/a")
    .concat("foo/.hg/store", "foo/bar~", "foo.swp", "foo/bar.swp", "foo.#123")
    .concat(".#lock", "#foo#", "foo/#bar#", ".DS_Store", "foo/.DS_Store");
  const counted = [
    "foo.git",
    "foo/bar.git",
    "foo.git/",
    ".git",
    "~foo",
    "foo~/",
  ]
    .concat("foo~bar", "foo.swp.bar", "fooXswp", "foo#123", "#foo", "foo#bar#")
    .concat(
      "foo.DS_Store",
      "foo/DS_Store",
      ".hidden",
      "a..b",
      "a/.gitignore",
      "a/",
    );
  await assertSelected([...excluded, ...counted], [
    [{}, counted],
    [{ all: true }, [...excluded, ...counted]],
    [{ regexes: ["HEAD"] }, []],
  ]);
});

Deno.test("a folder in which nothing can match need not be watched", async () => {
  const rows: [FilterOptions, path: string, excludes: boolean][] = [
    [{}, ".git", true],
    [{}, ".git/", true],
    [{}, "a/.hg", true],
    [{}, "a.git", false],
    [{}, "", false],
    [{ all: true }, ".git", false],
    [{ inverseRegexes: ["^third_party/"] }, "third_party/a/b", true],
    [{ inverseRegexes: ["^third_party/"] }, "third", false],
    [{ inverseRegexes: ["bar", "((foo{3,4})|abc*)+|foo"] }, "foo", true],
    [{ inverseRegexes: ["foo/$"] }, "foo", false],
    [{ inverseRegexes: ["(?m)foo$"] }, "foo", false],
    [{ inverseRegexes: [r`foo/\z`] }, "foo", false],
    [{ inverseRegexes: [r`foo\b`] }, "foo", false],
    // Of this one reflex believes that nothing can undo it.
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
    const { excludesFolder } = await parseFilter(patterns);
    const name = `${JSON.stringify(patterns)} ${path}`;
    assertEquals(excludesFolder(path), excludes, name);
  }
});

Deno.test("a malformed pattern of any kind is refused with the reason", async () => {
  const rows: [FilterOptions, message: string][] = [
    [{ globs: ["a", "b["] }, 'Cannot read "b[" as a glob: the set'],
    [{ inverseGlobs: ["b["] }, 'Cannot read "b[" as a glob: the set'],
    [{ regexes: ["a", "(b"] }, 'Cannot read "(b" as a regular expression'],
    [{ inverseRegexes: ["(b"] }, "Write it as for Go: https://"],
    [{ regexes: ["(?=a)"] }, "invalid or unsupported Perl syntax"],
    [{ regexes: [r`(a)\1`] }, "invalid escape sequence"],
    [{ regexes: ["(?P<n>a)(?P<n>b)"] }, "duplicate"],
  ];
  for (const [patterns, message] of rows) {
    await assertRejects(() => parseFilter(patterns), UsageError, message);
  }
});

/** Few characters, so that patterns and paths meet. */
const anyName = fc.constantFrom("a", "b", "ab", "ba", ".git", "a~", "-", "#a#");
const anyPath = fc.array(anyName, { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));
const joined = (pieces: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength })
    .map((parts) => parts.join(""));
const anyGlob = joined("a b * ? / [^b] [a-b] [^\\-] [.-0]".split(" "), 5);
const anyRegex = joined(
  "a b . / a* ^ $ \\b \\B \\z (?m) (?:a|b/) [^a] \\W (?:/$|b)".split(" "),
  4,
);
const anyPatterns: fc.Arbitrary<Required<FilterOptions>> = fc.record({
  globs: fc.array(anyGlob, { maxLength: 1 }),
  inverseGlobs: fc.array(anyGlob, { maxLength: 1 }),
  regexes: fc.array(anyRegex, { maxLength: 1 }),
  inverseRegexes: fc.array(anyRegex, { maxLength: 2 }),
  all: fc.boolean(),
  only: fc.constantFrom("only-files" as const, "only-dirs" as const, undefined),
});

Deno.test("below a folder that is excluded nothing matches, and all folders are excluded", async () => {
  let excluded = 0;
  let matchedElsewhere = 0;
  await fc.assert(
    fc.asyncProperty(
      anyPatterns,
      anyPath,
      anyPath,
      fc.boolean(),
      async (patterns, folder, rest, isDirectory) => {
        const { accepts, excludesFolder } = await parseFilter(patterns);
        const path = `${folder}/${rest}`;
        if (excludesFolder(folder)) {
          excluded++;
          assert(!accepts(path, isDirectory) && excludesFolder(path), path);
        } else if (accepts(path, isDirectory)) {
          matchedElsewhere++;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert(excluded > 100, `only ${excluded} folders were excluded`);
  assert(matchedElsewhere > 100, `only ${matchedElsewhere} paths matched`);
});

Deno.test("a filter matches exactly what each of its patterns matches alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyPatterns,
      anyPath,
      fc.boolean(),
      async (it, ...path) => {
        const matches = async (some: FilterOptions) =>
          (await parseFilter({ all: true, ...some })).accepts(...path);
        const alone = await Promise.all([
          matches({ all: it.all }),
          matches({ only: it.only }),
          ...it.globs.map((glob) => matches({ globs: [glob] })),
          ...it.regexes.map((regex) => matches({ regexes: [regex] })),
        ]);
        // An inverse pattern matches what the pattern does not.
        const inverse = await Promise.all([
          ...it.inverseGlobs.map((glob) => matches({ globs: [glob] })),
          ...it.inverseRegexes.map((regex) => matches({ regexes: [regex] })),
        ]);
        const expected = alone.every(Boolean) && !inverse.some(Boolean);
        assertEquals(await matches(it), expected);
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("no regular expression takes longer than the path is long", async () => {
  for (const regex of ["^(a|a)*b$", "(a+)+$b", "(a*)*(a*)*b"]) {
    const filter = await parseFilter({ regexes: [regex] });
    await assertLinear((size) => {
      const path = "a".repeat(size);
      return () => assertEquals(filter.accepts(path, false), false);
    }, 1_000);
  }
});
