import { assert, assertEquals, assertMatch } from "@std/assert";
import { widthFor } from "../../lib/answer.ts";
import { environmentTwin } from "../../lib/environment_twin.ts";
import { EXIT_CODES } from "../../lib/exit_codes.ts";
import type { OptionSpec } from "../../lib/option_spec.ts";
import { OPTION_GROUPS, OPTIONS } from "../../lib/options/table.ts";
import { helpText, longForm, VERSION, versionText } from "../../lib/usage.ts";

/** What stands in the help about an option, on one line; undefined if nothing does. */
function entryOf({ name }: OptionSpec, help: string): string | undefined {
  const lines = help.split("\n");
  const isEntry = new RegExp(`^  (?:-[a-zA-Z], |    )--${name}(?![\\w-])`);
  const start = lines.findIndex((line) => isEntry.test(line));
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith("       "));
  return [lines[start], ...rest.slice(0, end)].join(" ").replaceAll(/ +/g, " ");
}

const all = helpText({ topic: "all", width: 80 });
const short = helpText({ topic: "short", width: 80 });

for (const spec of OPTIONS) {
  Deno.test(`the whole help shows --${spec.name} with all that is to know about it`, () => {
    const entry = entryOf(spec, all) ?? "";
    const { name, help, default: standard, isQuestion } = spec;
    assert(entry.includes(`${longForm(spec)} ${help}`), entry);
    if (spec.short) assert(entry.includes(`-${spec.short}, --`), entry);
    assertEquals(entry.includes("(default "), standard !== undefined);
    if (standard) assert(entry.includes(`(default ${standard})`), entry);
    assertEquals(entry.endsWith(environmentTwin(name)), !isQuestion);
  });
}

Deno.test("the short help shows what most people need, on one screen, and where the rest is", () => {
  const shown = OPTIONS.filter((spec) => entryOf(spec, short));
  assertEquals(shown, OPTIONS.filter(({ common }) => common));
  assert(shown.length < OPTIONS.length);
  assert(short.split("\n").length <= 50);
  assert(short.includes("--help=all"));
});

for (const topic of ["short", "all"] as const) {
  Deno.test(`the ${topic} help fits into the width, and its descriptions stand in one column`, () => {
    for (const width of [40, 60, 80, 100]) {
      const help = helpText({ topic, width });
      const long = help.split("\n").filter((line) => line.length > width);
      assertEquals(long, [], `${width}`);
    }
    const entries = helpText({ topic, width: 100 }).split("\n")
      .filter((line) => /^ {2}(-\w,| {3}) --/.test(line));
    const columns = entries.map((line) => line.search(/(?<= {2})\w/));
    assertEquals(new Set(columns).size, 1);
  });
}

Deno.test("no two options share a name or a letter, and every value is one that the table allows", () => {
  const names = OPTIONS.flatMap(({ name, short }) =>
    short ? [name, short] : [name]
  );
  assertEquals(new Set(names).size, names.length);
  for (const { name, choices, default: standard, implied } of OPTIONS) {
    for (const word of [standard, implied]) {
      if (choices && word) assert(choices.includes(word), name);
    }
  }
});

Deno.test("every group of options has its heading in the whole help", () => {
  for (const { title } of OPTION_GROUPS) {
    assert(all.includes(`\n${title}:\n`), title);
  }
});

Deno.test("the whole help names an environment twin and the exit codes", () => {
  assert(all.includes("KRAKEND_WATCH_SHUTDOWN_TIMEOUT=30s"));
  const text = all.replaceAll(/\s+/g, " ");
  for (const { code, meaning } of EXIT_CODES) {
    assert(text.includes(`${code} ${meaning}`), code);
  }
});

Deno.test("the width is that of COLUMNS, of the terminal, or 80, and never hard to read", () => {
  assertEquals(widthFor({}, () => undefined), 80);
  assertEquals(widthFor({}, () => 90), 90);
  assertEquals(widthFor({ COLUMNS: "60" }, () => 90), 60);
  assertEquals(widthFor({ COLUMNS: "wide" }, () => undefined), 80);
  assertEquals(widthFor({}, () => 250), 100);
  assertEquals(widthFor({ COLUMNS: "1" }, () => 90), 40);
});

Deno.test("the version is that of deno.json", async () => {
  const file = new URL("../../deno.json", import.meta.url);
  const { version } = JSON.parse(await Deno.readTextFile(file));
  assertEquals(VERSION, version);
  assertMatch(versionText(), /^krakend-watch \d+\.\d+\.\d+ \(.+, deno .+\)$/);
});
