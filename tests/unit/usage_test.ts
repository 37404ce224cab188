import { assert, assertEquals, assertMatch } from "@std/assert";
import type { OptionSpec } from "../../lib/option_spec.ts";
import { OPTIONS } from "../../lib/options/table.ts";
import { helpText, VERSION, versionText } from "../../lib/usage.ts";

const lines = helpText().split("\n");

/** The line of the help that shows an option. */
function lineOf({ name }: OptionSpec): string {
  const isOption = new RegExp(`^ +(?:-[a-zA-Z], )?--${name}(?:[ [=]|$)`);
  const found = lines.filter((line) => isOption.test(line));
  assertEquals(found.length, 1, `lines for --${name}`);
  return found.join("");
}

for (const spec of OPTIONS) {
  Deno.test(`the help shows --${spec.name} with all that is to know about it`, () => {
    const line = lineOf(spec);
    const { help, short, value, implied, default: standard } = spec;
    assert(line.includes(help), line);
    if (short) assert(line.includes(`-${short}, --`), line);
    if (value) {
      const form = implied ? `[=${value}]` : ` ${value}`;
      assert(line.includes(`--${spec.name}${form} `), line);
    }
    assertEquals(
      line.includes(`(default ${standard})`),
      typeof standard === "string",
    );
  });
}

Deno.test("the descriptions of the options stand in one column", () => {
  const columns = OPTIONS.map((spec) => lineOf(spec).indexOf(spec.help));
  assertEquals(new Set(columns).size, 1);
});

Deno.test("no two options share a name or a letter", () => {
  const names = OPTIONS.flatMap(({ name, short }) =>
    short ? [name, short] : [name]
  );
  assertEquals(new Set(names).size, names.length);
});

Deno.test("the help names an environment twin and the exit codes", () => {
  assert(helpText().includes("KRAKEND_WATCH_SHUTDOWN_TIMEOUT=30s"));
  for (const code of ["0 ", "2 ", "126 ", "127 ", "128+n"]) {
    assert(helpText().includes(code), code);
  }
});

Deno.test("the version is that of deno.json", async () => {
  const file = new URL("../../deno.json", import.meta.url);
  const { version } = JSON.parse(await Deno.readTextFile(file));
  assertEquals(VERSION, version);
  assertMatch(versionText(), /^krakend-watch \d+\.\d+\.\d+ \(.+, deno .+\)$/);
});
