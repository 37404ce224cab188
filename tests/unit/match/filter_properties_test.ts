import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type FilterPatterns, parseFilter } from "../../../lib/match/filter.ts";

/** Few characters, so that patterns and paths meet. */
const anyName = fc.constantFrom("a", "b", "ab", "ba", ".git", "a~", "-", "#a#");
const anyPath = fc.array(anyName, { minLength: 1, maxLength: 3 })
  .map((names) => names.join("/"));

const anyGlob = fc.array(
  fc.constantFrom("a", "b", "*", "?", "/", "[^b]", "[a-b]", "[^\\-]", "[.-0]"),
  { minLength: 1, maxLength: 5 },
).map((pieces) => pieces.join(""));

const anyRegex = fc.array(
  fc.constantFrom(
    ..."a b . / a* ^ $ \\b \\B \\z (?m) (?:a|b/) [^a] \\W (?:/$|b)".split(" "),
  ),
  { minLength: 1, maxLength: 4 },
).map((pieces) => pieces.join(""));

const someGlobs = fc.array(anyGlob, { maxLength: 1 });
const someRegexes = fc.array(anyRegex, { maxLength: 1 });
const anyPatterns: fc.Arbitrary<FilterPatterns> = fc.record({
  globs: someGlobs,
  inverseGlobs: someGlobs,
  regexes: someRegexes,
  inverseRegexes: fc.array(anyRegex, { maxLength: 2 }),
  all: fc.boolean(),
  only: fc.constantFrom("files", "directories", undefined),
});

Deno.test("below a folder that is excluded nothing matches", () => {
  let excluded = 0;
  let matchedElsewhere = 0;
  fc.assert(
    fc.property(
      anyPatterns,
      anyPath,
      anyPath,
      fc.boolean(),
      (patterns, folder, rest, isDirectory) => {
        const filter = parseFilter(patterns);
        const matches = filter.matches(`${folder}/${rest}`, isDirectory);
        if (filter.excludesFolder(folder)) {
          excluded++;
          assert(!matches, `${folder}/${rest}`);
        } else if (matches) {
          matchedElsewhere++;
        }
      },
    ),
    { numRuns: 5_000 },
  );
  assert(excluded > 100, `only ${excluded} folders were excluded`);
  assert(matchedElsewhere > 100, `only ${matchedElsewhere} paths matched`);
});

Deno.test("below a folder that is excluded all folders are", () => {
  fc.assert(
    fc.property(anyPatterns, anyPath, anyPath, (patterns, folder, rest) => {
      const { excludesFolder } = parseFilter(patterns);
      if (!excludesFolder(folder)) return;
      assert(excludesFolder(`${folder}/${rest}`), `${folder}/${rest}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a filter matches exactly what each of its patterns matches alone", () => {
  const none: FilterPatterns = {
    globs: [],
    inverseGlobs: [],
    regexes: [],
    inverseRegexes: [],
    all: true,
    only: undefined,
  };
  fc.assert(
    fc.property(
      anyPatterns,
      anyPath,
      fc.boolean(),
      (patterns, path, isDirectory) => {
        const { globs, inverseGlobs, regexes, inverseRegexes } = patterns;
        const alone: Partial<FilterPatterns>[] = [
          { all: patterns.all },
          { only: patterns.only },
          ...globs.map((it) => ({ globs: [it] })),
          ...inverseGlobs.map((it) => ({ inverseGlobs: [it] })),
          ...regexes.map((it) => ({ regexes: [it] })),
          ...inverseRegexes.map((it) => ({ inverseRegexes: [it] })),
        ];
        assertEquals(
          parseFilter(patterns).matches(path, isDirectory),
          alone.every((one) =>
            parseFilter({ ...none, ...one }).matches(path, isDirectory)
          ),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("an inverse pattern matches what the pattern does not", () => {
  const none = { globs: [], inverseGlobs: [], regexes: [], inverseRegexes: [] };
  const answers = new Set<boolean>();
  fc.assert(
    fc.property(anyGlob, anyRegex, anyPath, (glob, regex, path) => {
      const matches = (patterns: Partial<FilterPatterns>) =>
        parseFilter({ ...none, all: true, only: undefined, ...patterns })
          .matches(path, false);
      answers.add(matches({ globs: [glob] }));
      assertEquals(
        [matches({ globs: [glob] }), matches({ regexes: [regex] })],
        [
          !matches({ inverseGlobs: [glob] }),
          !matches({ inverseRegexes: [regex] }),
        ],
      );
    }),
    { numRuns: 2_000 },
  );
  assertEquals(answers.size, 2);
});
