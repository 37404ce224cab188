import { assert, assertEquals, assertMatch } from "@std/assert";
import { BUILD } from "../../../lib/build.ts";
import {
  answerTo,
  EXIT_CODES,
  helpText,
  KEYS,
  longForm,
  type Row,
  SIGNALS,
  VARIABLES,
  VERSION,
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

const all = helpText("all", 80);
const short = helpText("short", 80);

/** Returns the entry of an option, on one line; "" if there is none. */
function entryOf({ name }: OptionSpec, help: string): string {
  const [, entry = ""] = help.split(
    new RegExp(`\n(?=  (?:-[a-zA-Z], |    )--${name}(?![\\w-]))`),
  );
  return entry.replace(/\n(?! {7}).*/s, "").replaceAll(/\s+/g, " ");
}

Deno.test("the whole help shows each option with its letter, value, default and variable", () => {
  for (const spec of OPTIONS) {
    const { name, short, help, default: standard, isQuestion } = spec;
    const letter = short ? `-${short}, ` : "";
    const addition = standard ? ` (default ${standard})` : "";
    const variable = isQuestion ? "" : ` ${variableOf(name)}`;
    assertEquals(
      entryOf(spec, all).trim(),
      `${letter}${longForm(spec)} ${help}${addition}${variable}`,
    );
  }
});

Deno.test("the short help shows the options that most people need on one screen, and where the rest is", () => {
  const shown = OPTIONS.filter((spec) => entryOf(spec, short));
  assertEquals(shown, OPTIONS.filter(({ common }) => common));
  assert(shown.length < OPTIONS.length);
  assert(short.split("\n").length <= 50);
  assert(short.includes("--help=all"));
});

Deno.test("the help fits into the width, and the explanations of options stand in one column", () => {
  for (const width of [40, 69, 70, 80, 100]) {
    for (const topic of ["short", "all"] as const) {
      const lines = helpText(topic, width).split("\n");
      assertEquals(lines.filter((line) => line.length > width), [], `${width}`);
      // In a narrow text, they stand below.
      const columns = lines.filter((line) => /^ {2}(-\w,| {3}) --/.test(line))
        .map((line) => line.slice(6).search(/(?<= {2})\w/));
      assertEquals(new Set(columns).size, 1, `${width}`);
    }
  }
  assertEquals(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
  assertEquals(wrap("a incomprehensible b", 5), ["a", "incomprehensible", "b"]);
});

Deno.test("no two options share a name or a letter, and every value is one that the table allows", () => {
  const names = OPTIONS.flatMap(({ name, short }) => [name, short ?? name]);
  const letters = OPTIONS.filter(({ short }) => short);
  assertEquals(new Set(names).size, OPTIONS.length + letters.length);
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
    for (const { name, isQuestion } of OPTIONS) {
      assertEquals(page.includes(` ${variableOf(name)} `), !isQuestion, name);
    }
  });
}

const LINTERS = [
  ["mandoc", "-T", "lint", "-W", "warning"],
  ["groff", "-ww", "-man", "-T", "utf8", "-z"],
];

for (const [program = "", ...args] of LINTERS) {
  const isThere = ["-c", `command -v ${program} >&2`];
  Deno.test({
    name: `${program} accepts the man page`,
    ignore: !new Deno.Command("sh", { args: isThere }).outputSync().success,
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

Deno.test("each question has its answer", () => {
  const ask = (line: string, COLUMNS = "80") =>
    answerTo(parseOptions(line.split(" "), {}), { COLUMNS });
  assertEquals(ask("-h"), short);
  assertEquals(ask("--help=all --version"), all);
  assertEquals(ask("--licenses"), BUILD.licenses);
  assertMatch(ask("--completions=fish"), /^# fish completion/);
  assert(ask("--version").startsWith(`krakend-watch ${VERSION} (`));
  const widths = { "60": 60, "1": 40, "250": 100 };
  for (const [columns, width] of Object.entries(widths)) {
    assertEquals(ask("-h", columns), helpText("short", width), columns);
  }
});
