import { assertEquals } from "@std/assert";
import { parseOptions } from "../../lib/options.ts";

/** The options for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}) {
  return parseOptions(line.split(" ").filter(Boolean), env);
}

Deno.test("a repeatable option collects its values, in every form", () => {
  const { patterns } = parse("-g a -gb --glob=c --glob d -G x run");
  assertEquals(patterns?.globs, ["a", "b", "c", "d"]);
  assertEquals(patterns?.inverseGlobs, ["x"]);
});

Deno.test("--poll takes an interval only behind an equals sign", () => {
  assertEquals(parse("--poll run").pollMs, 300);
  assertEquals(parse("--poll run").command, ["run"]);
  assertEquals(parse("--poll=2s run").pollMs, 2_000);
});

Deno.test("kinds to match are not patterns by themselves", () => {
  assertEquals(parse("--only-dirs --all run").patterns, undefined);
  assertEquals(parse("--only-dirs -r x run").patterns?.only, "directories");
});

Deno.test("short options may share a dash, the last of them with its value", () => {
  const options = parse("-vt=30s -g *.a run");
  assertEquals(options.shutdownTimeoutMs, 30_000);
  assertEquals(options.verbosity, "verbose");
  assertEquals(parse("-vt30s run").shutdownTimeoutMs, 30_000);
});

Deno.test("a switch may be told off", () => {
  assertEquals(parse("--verbose=no run").verbosity, "normal");
  assertEquals(parse("--no-check=false run").check, true);
});

Deno.test("a switch of the command line wins over its opposite in the environment", () => {
  assertEquals(parse("-q", { KRAKEND_WATCH_VERBOSE: "1" }).verbosity, "quiet");
  const env = { KRAKEND_WATCH_ONLY_DIRS: "1" };
  assertEquals(parse("--only-files -g x", env).patterns?.only, "files");
});
