import { assertEquals, assertNotEquals } from "@std/assert";
import { environmentTwin } from "../../lib/environment_twin.ts";
import type { OptionSpec } from "../../lib/option_spec.ts";
import { parseOptions } from "../../lib/options.ts";
import { findUnknownVariables } from "../../lib/options/environment.ts";
import { OPTIONS } from "../../lib/options/table.ts";

/** Two values that an option takes, none of which is its default. */
function samplesOf(
  { value, choices, repeatable, default: standard }: OptionSpec,
) {
  if (choices) {
    const words = choices.filter((word) => word !== standard);
    return [words.at(-1) ?? "", words[0] ?? ""] as const;
  }
  if (!value) return ["1", "0"] as const;
  if (value === "DURATION") return ["7s", "9s"] as const;
  if (value === "NUMBER") return ["7", "9"] as const;
  return [repeatable ? "one\ntwo" : "one", "other"] as const;
}

/** The words that give an option this value; of several lines, each is one. */
function wordsFor({ name, value }: OptionSpec, sample: string): string[] {
  if (!value) return [`--${name}=${sample}`];
  return sample.split("\n").map((text) => `--${name}=${text}`);
}

/** Options that change nothing by themselves. */
const NEEDS_OTHERS = ["only-files", "only-dirs"];

for (const spec of OPTIONS.filter(({ isQuestion }) => !isQuestion)) {
  Deno.test(`the environment twin of --${spec.name} does what the option does, and gives way to it`, () => {
    const pattern = NEEDS_OTHERS.includes(spec.name) ? ["--glob=*"] : [];
    const [sample, other] = samplesOf(spec);
    const twin = { [environmentTwin(spec.name)]: sample };
    const given = parseOptions([...pattern, ...wordsFor(spec, sample)], {});
    assertNotEquals(given, parseOptions(pattern, {}));
    assertEquals(parseOptions(pattern, twin), given);
    const wins = [...pattern, ...wordsFor(spec, other)];
    assertEquals(parseOptions(wins, twin), parseOptions(wins, {}));
  });
}

Deno.test("variables that look like options and are none are found", () => {
  const find = (...names: string[]) =>
    findUnknownVariables(Object.fromEntries(names.map((it) => [it, "1"])));
  assertEquals(
    find("KRAKEND_WATCH_SETLE", "KRAKEND_WATCH_FLY", "KRAKEND_PORT"),
    [
      { variable: "KRAKEND_WATCH_FLY", nearest: undefined },
      { variable: "KRAKEND_WATCH_SETLE", nearest: "KRAKEND_WATCH_SETTLE" },
    ],
  );
});

Deno.test("no option's variable is unknown, nor one that commands are given", () => {
  const names = OPTIONS.map(({ name }) => environmentTwin(name));
  const all = [...names, "KRAKEND_WATCH_EVENT", "KRAKEND_WATCH_CHANGED"];
  const env = Object.fromEntries(all.map((name) => [name, "1"]));
  assertEquals(findUnknownVariables(env), []);
});
