import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILD } from "../../../lib/build.ts";
import { answerTo } from "../../../lib/cli/answer.ts";
import {
  EXIT_CODES,
  helpText,
  helpWidth,
  KEYS,
  longForm,
  type Row,
  SIGNALS,
  VARIABLES,
  VERSION,
  versionText,
  wrap,
} from "../../../lib/cli/help.ts";
import { parseOptions } from "../../../lib/cli/options.ts";
import {
  OPTION_GROUPS,
  OPTIONS,
  type OptionSpec,
  variableOf,
} from "../../../lib/cli/table.ts";
import { manText } from "../../../scripts/docs/man.ts";
import { optionsText } from "../../../scripts/docs/markdown.ts";

const all = helpText({ topic: "all", width: 80 });
const short = helpText({ topic: "short", width: 80 });

/** Returns the entry of an option, on one line; undefined if there is none. */
function entryOf({ name }: OptionSpec, help: string): string | undefined {
  const lines = help.split("\n");
  const isEntry = new RegExp(`^  (?:-[a-zA-Z], |    )--${name}(?![\\w-])`);
  const start = lines.findIndex((line) => isEntry.test(line));
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith("       "));
  return [lines[start], ...rest.slice(0, end)].join(" ").replaceAll(/ +/g, " ");
}

Deno.test("the whole help shows each option with its letter, value, default and variable", () => {
  for (const spec of OPTIONS) {
    const { name, help, default: standard, isQuestion } = spec;
    const entry = entryOf(spec, all) ?? "";
    assert(entry.includes(`${longForm(spec)} ${help}`), entry);
    if (spec.short) assert(entry.includes(`-${spec.short}, --`), entry);
    assertEquals(
      entry.includes(`(default ${standard})`),
      standard !== undefined,
      entry,
    );
    assertEquals(entry.endsWith(variableOf(name)), !isQuestion, entry);
  }
});

Deno.test("the short help shows the options that most people need on one screen, and where the rest is", () => {
  const shown = OPTIONS.filter((spec) => entryOf(spec, short));
  assertEquals(shown, OPTIONS.filter(({ common }) => common));
  assert(shown.length < OPTIONS.length);
  assert(short.split("\n").length <= 50);
  assert(short.includes("--help=all"));
});

for (const topic of ["short", "all"] as const) {
  Deno.test(`the ${topic} help fits into the width, and its explanations stand in one column`, () => {
    for (const width of [40, 59, 60, 80, 100]) {
      const lines = helpText({ topic, width }).split("\n");
      assertEquals(lines.filter((line) => line.length > width), [], `${width}`);
      // A name that is too long for its column has its explanation below.
      const columns = lines.filter((line) => /^ {2}(-\w,| {3}) --/.test(line))
        .map((line) => line.slice(6).search(/(?<= {2})\w/))
        .filter((column) => column >= 0);
      assertEquals(new Set(columns).size, width < 60 ? 0 : 1, `${width}`);
    }
  });
}

Deno.test("a word that is longer than a line stays whole", () => {
  assertEquals(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
  assertEquals(wrap("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
});

Deno.test("no two options share a name or a letter, and every value is one that the table allows", () => {
  const names = OPTIONS.flatMap(({ name, short }) => [name, short ?? name]);
  assertEquals(
    new Set(names).size,
    OPTIONS.length + OPTIONS.filter(({ short }) => short).length,
  );
  for (const { name, choices, default: standard, implied } of OPTIONS) {
    for (const word of [standard, implied]) {
      if (choices && word) assert(choices.includes(word), name);
    }
  }
});

/** A text as people read it, without its marks and line breaks. */
function plain(text: string): string {
  return text.replaceAll(/\\f[BIR]|^\.(?:TP|PP|br)$|`/gm, "")
    .replaceAll(/\\?-/g, "-").replaceAll("\\(aq", "'")
    .replaceAll(/[\s|]+/g, " ");
}

const DOCUMENTS = {
  "--help=all": all,
  man: manText(),
  markdown: optionsText(),
};

for (const [name, text] of Object.entries(DOCUMENTS)) {
  Deno.test(`${name} has every option, variable, signal, key and exit code`, () => {
    const page = plain(text);
    const rows: readonly Row[] = [
      ...OPTIONS.map((spec): Row => [longForm(spec), spec.help]),
      ...[VARIABLES, SIGNALS, KEYS, EXIT_CODES].flat(),
    ];
    for (const [title, help = ""] of rows) {
      assert(page.includes(` ${title} ${help}`), `${title} ${help}`);
    }
    for (const title of Object.keys(OPTION_GROUPS)) {
      assert(page.includes(title));
    }
  });
}

Deno.test("the documents have the environment variable of each option and of no question", () => {
  for (const { name, isQuestion } of OPTIONS) {
    const variable = new RegExp(` ${variableOf(name)} `);
    for (const text of Object.values(DOCUMENTS)) {
      assertEquals(variable.test(plain(text)), !isQuestion, name);
    }
  }
});

const LINTERS = [
  ["mandoc", "-T", "lint", "-W", "warning"],
  ["groff", "-ww", "-man", "-T", "utf8", "-z"],
] as const;

for (const [program, ...args] of LINTERS) {
  Deno.test({
    name: `${program} accepts the man page`,
    ignore: !isOnPath(program),
    fn: async () => {
      const linter = new Deno.Command(program, {
        args,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const page = new Blob([manText()]).stream();
      const [{ code, stdout, stderr }] = await Promise.all([
        linter.output(),
        page.pipeTo(linter.stdin),
      ]);
      const words = [stdout, stderr].map((it) => new TextDecoder().decode(it));
      assertEquals([code, ...words], [0, "", ""]);
    },
  });
}

function isOnPath(program: string): boolean {
  const args = ["-c", `command -v ${program} >&2`];
  return new Deno.Command("sh", { args }).outputSync().success;
}

Deno.test("the width is that of COLUMNS, of the terminal, or 80, and never hard to read", () => {
  assertEquals(helpWidth({}, () => undefined), 80);
  assertEquals(helpWidth({}, () => 90), 90);
  assertEquals(helpWidth({ COLUMNS: "60" }, () => 90), 60);
  assertEquals(helpWidth({ COLUMNS: "wide" }, () => undefined), 80);
  assertEquals(helpWidth({}, () => 250), 100);
  assertEquals(helpWidth({ COLUMNS: "1" }, () => 90), 40);
});

Deno.test("the version is that of deno.json", async () => {
  const file = new URL("../../../deno.json", import.meta.url);
  const { version } = JSON.parse(await Deno.readTextFile(file));
  assertEquals(VERSION, version);
  assertMatch(versionText(), /^krakend-watch \d+\.\d+\.\d+ \(.+, deno .+\)$/);
});

Deno.test("each question has its answer, and a command has none", async () => {
  const ask = (...words: string[]) =>
    answerTo(parseOptions(words, {}), { COLUMNS: "80" });
  assertEquals(await ask("-h"), short);
  assertEquals(await ask("--help=all", "--version"), all);
  assertEquals(await ask("--version"), versionText());
  assertEquals(await ask("--licenses"), BUILD.licenses);
  assertMatch(await ask("--completions=fish") ?? "", /^# fish completion/);
  assertEquals(await ask("run", "--help"), undefined);
});
