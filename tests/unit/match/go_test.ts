import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import { type FilterOptions, parseFilter } from "../../../lib/match/filter.ts";
import corpus from "./corpus/corpus.json" with { type: "json" };

const NONE: FilterOptions = {
  globs: [],
  inverseGlobs: [],
  regexes: [],
  inverseRegexes: [],
  only: undefined,
  all: true,
};

for (const kind of ["globs", "regexes"] as const) {
  Deno.test(`${kind} match what they match in Go`, async () => {
    for (const [pattern = "", bits = ""] of corpus[kind]) {
      const parse = () => parseFilter({ ...NONE, [kind]: [pattern] });
      if (bits === "-") {
        await assertRejects(parse, UsageError, `Cannot read "${pattern}"`);
        continue;
      }
      const { matches } = await parse();
      // As corpus.go writes them: bit i stands for path i.
      const sum = corpus.paths.map((path) => matches(path, path.endsWith("/")))
        .reduceRight((sum, it) => sum << 1n | BigInt(it), 0n);
      assertEquals(sum.toString(16), bits, pattern);
    }
  });
}
