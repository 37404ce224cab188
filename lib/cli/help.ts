/**
 * The answers to `--help` and the like, and the tables of which they and the
 * documentation are made. Loaded when it is asked for.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { BUILD } from "../build.ts";
import { completionsText } from "./completions.ts";
import type { Environment, Options } from "./options.ts";
import {
  CHANGED_VARIABLE,
  EVENT_VARIABLE,
  OPTION_GROUPS,
  type OptionSpec,
  variableOf,
} from "./table.ts";

/** A name and the lines that explain it. */
export type Row = readonly [name: string, ...lines: readonly string[]];

/** What krakend-watch is for, in one sentence. */
export const PURPOSE =
  "Runs a KrakenD gateway, watches everything its configuration is made of, and replaces the running gateway only by one that works.";

/** The forms of the command line. */
// deno-fmt-ignore
export const FORMS: readonly Row[] = [
  ["krakend-watch", "krakend run -d with KRAKEND_CONFIG, or else with krakend.json"],
  ["krakend-watch run -c FILE ...", "krakend run with these arguments, reloaded at every change"],
  ["krakend-watch check -c FILE ...", "and validate, audit, test-plugin: run again at every change"],
  ["krakend-watch COMMAND ...", "any other krakend command, once"],
  ["krakend-watch -g GLOB -- PROGRAM ...", "any other program, at every change; a service with -s"],
];

/** Rules for all options, one paragraph each. */
// deno-fmt-ignore
export const NOTES: readonly string[] = [
  "A DURATION is written 250ms, 10s or 1m30s; a bare number means milliseconds.",
  "GLOB and REGEX are Go's, as in reflex, and match paths in the working folder, such as conf/a.tmpl; that of a folder ends in a slash. All of them must agree, and each may be given more than once.",
  "A malformed GLOB is refused, where reflex never matches it. Two groups of a REGEX cannot have the same name. Other than in reflex, a file that is deleted has changed too.",
  `Every option has an environment variable, such as ${variableOf("shutdown-timeout")}=30s; of an option that may be given more than once, each line is a value. A switch is 1, true, yes or on, or 0, false, no or off. The command line wins, and the gateway gets none of these variables.`,
];

/** The variables that are no option's. */
export const VARIABLES: readonly Row[] = [
  ["KRAKEND_CONFIG", "the configuration file, if there is no command"],
  ["KRAKEND_BIN", "the krakend program, if --krakend does not name it"],
  [CHANGED_VARIABLE, "for another program: the paths that changed, one a line"],
  [EVENT_VARIABLE, "for the command of --on-event: the name of the event"],
  ["NO_COLOR", "set to anything, takes the colours away"],
  ["FORCE_COLOR", "set to anything but 0, colours what goes to no terminal"],
  ["COLUMNS", "the width of the help, in characters"],
];

/** The signals that krakend-watch acts on. None is passed on to the gateway. */
// deno-fmt-ignore
export const SIGNALS: readonly Row[] = [
  ["SIGTERM, SIGINT, SIGQUIT", "stop: the gateway finishes its requests, the exit code is 0; SIGINT (Ctrl-C) a second time: at once"],
  ["SIGHUP", "reload, changed or not; with a controlling terminal, which is gone then, stop, unless SIGHUP was ignored at the start, as by nohup"],
  ["SIGUSR2", "check the configuration and report, without a reload"],
];

/** The keys, each followed by Enter, while krakend-watch is in the foreground of a terminal. */
export const KEYS: readonly Row[] = [
  ["r", "reload, changed or not"],
  ["c", "check the configuration and report, without a reload"],
  ["q", "stop, as at SIGTERM; once more: at once"],
  ["h", "show these keys"],
];

/** What runs until a signal ends it. */
export type Mode = "gateway" | "check" | "service" | "command";

/** What keys mean where no gateway runs; those without a meaning do nothing. */
const OTHER_KEYS: Readonly<Partial<Record<Mode, Record<string, string>>>> = {
  check: { r: "", c: "check again, changed or not" },
  service: { r: "restart, changed or not", c: "" },
  command: { r: "", c: "" },
};

/** The exit codes. */
// deno-fmt-ignore
export const EXIT_CODES: readonly Row[] = [
  ["0", "it was asked to stop, by a signal, a key or the end of its terminal"],
  ["1", "an unexpected error"],
  ["2", "the command line cannot be understood, or the configuration file is not there"],
  ["126, 127", "the program cannot be run, or is not there"],
  ["any", "of a command that runs once: its own, or 128+n if signal n ended it"],
  ["any", "of a gateway that exits by itself, with --on-exit=exit or --max-restarts: the same, but 1 for 0"],
];

/** The version of krakend-watch. */
export const VERSION: string = manifest.version;

/** Returns the answer to the question that the options ask. */
export function answerTo(
  { help, licenses, completions }: Options,
  env: Environment,
): string {
  if (help) return helpText(help, widthFor(env));
  if (completions) return completionsText(completions);
  if (licenses) return BUILD.licenses;
  const { deno } = Deno.version;
  const { target } = Deno.build;
  return `krakend-watch ${VERSION} (${target}, ${BUILD.runtime}, deno ${deno})`;
}

/**
 * Returns the text of `--help`.
 *
 * @param topic `short` shows the options that most people need.
 * @param width The most characters of a line.
 */
export function helpText(topic: "short" | "all", width: number): string {
  const isAll = topic === "all";
  const text = (paragraph: string) => wrap(paragraph, width).join("\n");
  const section = (title: string, rows: readonly Row[], column?: number) =>
    `${text(`${title}:`)}\n${table(rows, width, column)}`;
  const groups = Object.entries(OPTION_GROUPS).map(([title, options]) => {
    const shown = options.filter(({ common }) => isAll || common);
    return section(title, shown.map((spec) => rowOf(spec, isAll)), COLUMN);
  });
  const reference = [
    ...NOTES.map(text),
    section("Other variables", VARIABLES),
    section("Signals", SIGNALS),
    keysText("gateway", width),
    section("Exit codes", EXIT_CODES),
  ];
  return [
    text(PURPOSE),
    text("Usage: krakend-watch [OPTIONS] [COMMAND ...]"),
    table(FORMS, width),
    "Options come before the command.",
    ...groups,
    ...isAll
      ? reference
      : [text("krakend-watch --help=all shows all options.")],
  ].join("\n\n");
}

/** Returns the help for the keys. */
export function keysText(mode: Mode, width: number = WIDTH): string {
  const rows = KEYS.map(([key, ...lines]): Row => {
    const other = OTHER_KEYS[mode]?.[key];
    return other === undefined ? [key, ...lines] : [key, other];
  });
  const shown = rows.filter(([, meaning]) => meaning);
  return `Keys, each followed by Enter:\n${table(shown, width)}`;
}

function rowOf(spec: OptionSpec, withVariable: boolean): Row {
  const { name, short, isQuestion } = spec;
  const letter = short ? `-${short}, ` : "    ";
  const variable = withVariable && !isQuestion ? [variableOf(name)] : [];
  return [letter + longForm(spec), describe(spec), ...variable];
}

/** Returns how an option is written, such as `--poll[=DURATION]`. */
export function longForm({ name, value, implied }: OptionSpec): string {
  return `--${name}${implied ? `[=${value}]` : value ? ` ${value}` : ""}`;
}

/** Returns the help of an option, with its default. */
export function describe({ help, default: standard }: OptionSpec): string {
  return standard ? `${help} (default ${standard})` : help;
}

/** The width of a text that goes to no terminal, in characters. */
const WIDTH = 80;

/** Returns the width for the help: that of COLUMNS or of the terminal, as far as it is easy to read. */
function widthFor(env: Environment): number {
  const isTerminal = Deno.stdout.isTerminal();
  const terminal = isTerminal ? Deno.consoleSize().columns : WIDTH;
  const width = Number(env["COLUMNS"]) || terminal || WIDTH;
  return Math.max(40, Math.min(100, Math.floor(width)));
}

/**
 * Breaks a text between words. A word that is longer than a line stays whole.
 *
 * @param width The most characters of a line.
 */
export function wrap(text: string, width: number): string[] {
  const line = new RegExp(`(?=\\S)(.{1,${width}})(?<=\\S)(?:\\s+|$)`, "g");
  return text.replaceAll(line, "$1\n").trimEnd().split("\n");
}

/** Where explanations begin at most, and where in a narrow text. */
const COLUMN = 35;
const NARROW_COLUMN = 10;

/**
 * Writes names on the left, and their explanations on the right or, if a name is
 * too long, below.
 */
function table(
  rows: readonly Row[],
  width: number,
  column: number = 4 + Math.max(...rows.map(([name]) => name.length)),
): string {
  const indent = Math.min(column, width < 70 ? NARROW_COLUMN : COLUMN);
  return rows.flatMap(([name, ...texts]) => {
    const [first = "", ...lines] = texts.flatMap((text) =>
      wrap(text, width - indent).map((line) => " ".repeat(indent) + line)
    );
    const head = `  ${name}  `;
    return head.length > indent
      ? [head.trimEnd(), first, ...lines]
      : [head.padEnd(indent) + first.trimStart(), ...lines];
  }).join("\n");
}
