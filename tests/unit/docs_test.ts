import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { completionsText } from "../../lib/completions.ts";
import { environmentTwin } from "../../lib/environment_twin.ts";
import { EXIT_CODES } from "../../lib/exit_codes.ts";
import { SUBCOMMANDS } from "../../lib/krakend/subcommands.ts";
import { OPTIONS } from "../../lib/options/table.ts";
import { SHELLS } from "../../lib/options/telling.ts";
import { longForm } from "../../lib/usage.ts";
import { manText } from "../../scripts/docs/man.ts";
import { DOCUMENTS } from "../../scripts/docs/write.ts";
import { DOC } from "../../scripts/paths.ts";
import { succeeds } from "../helpers/processes.ts";

const README = new URL("../../README.md", import.meta.url);

for (const [name, make] of Object.entries(DOCUMENTS)) {
  Deno.test(`doc/${name} is what "deno task docs" makes`, async () => {
    assertEquals(await Deno.readTextFile(join(DOC, name)), make());
  });
}

/** The cells of the rows of a Markdown table, without its head and without quotes. */
async function rowsOf(head: string): Promise<string[][]> {
  const lines = (await Deno.readTextFile(README)).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `));
  const rest = lines.slice(start + 2);
  return rest.slice(0, rest.findIndex((line) => !line.startsWith("|")))
    .map((line) =>
      line.split(" | ").map((cell) => cell.replaceAll(/[`|]/g, "").trim())
    );
}

Deno.test("the README's table of options shows what most people need, and nothing that is not so", async () => {
  const rows = await rowsOf("option");
  const shown = new Map(
    rows.flatMap(([option = "", , standard = ""]) =>
      [...option.matchAll(/--([\w-]+)/g)].map(({ 1: name }) =>
        [name ?? "", { option, standard }] as const
      )
    ),
  );
  const known = OPTIONS.map(({ name }) => name);
  assertEquals([...shown.keys()].filter((it) => !known.includes(it)), []);
  const needed = OPTIONS.filter(({ common }) => common);
  assertEquals(needed.filter(({ name }) => !shown.has(name)), []);
  for (const spec of OPTIONS) {
    const { option, standard } = shown.get(spec.name) ?? {};
    if (option === undefined) continue;
    if (spec.short) assert(option.includes(`-${spec.short}, --`), option);
    if (spec.default) assertEquals(standard, spec.default, option);
    // Options that share a row, and switches, have no place for a value.
    if (option.endsWith(longForm(spec)) || /;|, --/.test(option)) continue;
    assertEquals(option, `--${spec.name}`);
  }
});

Deno.test("the README's exit codes are those of the help", async () => {
  const told = EXIT_CODES.map(({ code, meaning }) => [code, meaning]);
  const rows = await rowsOf("exit code");
  assert(rows.length > 3);
  for (const row of rows) {
    const isTold = told.some((it) => it.join() === row.join());
    assert(isTold, row.join(": "));
  }
});

/** The man page as people read it. */
const page = manText().replaceAll("\\-", "-").replaceAll(/\\f[BIR]/g, "")
  .replaceAll("\\(aq", "'").replaceAll(/\s+/g, " ");

for (const spec of OPTIONS) {
  Deno.test(`the man page and all completions know --${spec.name}`, () => {
    const { name, short, help, isQuestion } = spec;
    const form = short ? `-${short}, ${longForm(spec)}` : longForm(spec);
    assert(page.includes(`.TP ${form} ${help}`), form);
    assertEquals(page.includes(` ${environmentTwin(name)} .`), !isQuestion);
    for (const shell of SHELLS) {
      const script = completionsText(shell);
      const long = shell === "fish" ? `-l ${name} ` : `--${name}`;
      assert(script.includes(long), shell);
      if (!short) continue;
      assert(
        script.includes(shell === "fish" ? `-s ${short} ` : `-${short}`),
        shell,
      );
    }
  });
}

Deno.test("the man page names every exit code", () => {
  for (const { code, meaning } of EXIT_CODES) {
    assert(page.includes(`.TP ${code} ${meaning}`), code);
  }
});

Deno.test("all completions know the commands of krakend and their flags", () => {
  for (const shell of SHELLS) {
    const script = completionsText(shell);
    for (const { name, options } of SUBCOMMANDS) {
      assert(script.includes(name), `${shell}: ${name}`);
      for (const { name: flag } of options) {
        const long = shell === "fish" ? `-l ${flag} ` : `--${flag}`;
        assert(script.includes(long), `${shell}: ${flag}`);
      }
    }
  }
});

/** What looks at man pages, and how it is asked to complain. */
const LINTERS = [
  ["mandoc", "-T", "lint", "-W", "warning"],
  ["groff", "-ww", "-man", "-T", "utf8", "-z"],
] as const;

for (const [program, ...args] of LINTERS) {
  Deno.test({
    name: `${program} has nothing to say against the man page`,
    ignore: !await succeeds("sh", "-c", `command -v ${program} >&2`),
    fn: async () => {
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args: [...args, join(DOC, "krakend-watch.1")],
      }).output();
      const decoder = new TextDecoder();
      assertEquals(decoder.decode(stdout) + decoder.decode(stderr), "");
      assertEquals(code, 0);
    },
  });
}
