/**
 * The texts of `--help` and `--version`, and the tables of which they and the
 * documentation are made.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { BUILD } from "../build.ts";
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
  `Every option has an environment variable, such as ${variableOf("shutdown-timeout")}=30s; of an option that may be given more than once, each line is a value. The command line wins, and the gateway gets none of these variables.`,
];

/** How GLOB and REGEX differ from Go's. */
export const PATTERN_NOTE =
  "A malformed GLOB is refused, where reflex never matches it. Two groups of a REGEX cannot have the same name. Other than in reflex, a file that is deleted has changed too.";

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

/** Returns the text of `--version`. */
export function versionText(): string {
  const { deno } = Deno.version;
  const { target } = Deno.build;
  return `krakend-watch ${VERSION} (${target}, ${BUILD.runtime}, deno ${deno})`;
}

/** Options for {@linkcode helpText}. */
export interface HelpOptions {
  /** `short` shows the options that most people need. */
  readonly topic: "short" | "all";
  /** The most characters of a line. */
  readonly width: number;
}

/** Returns the text of `--help`. */
export function helpText({ topic, width }: HelpOptions): string {
  const isAll = topic === "all";
  const groups = Object.entries(OPTION_GROUPS).map(([title, options]) => {
    const shown = options.filter(({ common }) => isAll || common);
    return [title, shown.map((spec) => rowOf(spec, isAll))] as const;
  }).filter(([, rows]) => rows.length > 0);
  const column = columnFor(groups.flatMap(([, rows]) => rows), width);
  const text = (paragraph: string) => wrap(paragraph, width).join("\n");
  const titled = (title: string, rows: readonly Row[], column?: number) =>
    `${text(`${title}:`)}\n${table(rows, width, column)}`;
  return [
    text(PURPOSE),
    text("Usage: krakend-watch [OPTIONS] [COMMAND ...]"),
    table(FORMS, width),
    "Options come before the command.",
    ...groups.map(([title, rows]) => titled(title, rows, column)),
    ...isAll
      ? [
        ...NOTES.map(text),
        titled("Other variables", VARIABLES),
        titled("Signals", SIGNALS),
        titled("Keys, each followed by Enter", KEYS),
        titled("Exit codes", EXIT_CODES),
      ]
      : [text("krakend-watch --help=all shows all options.")],
  ].join("\n\n");
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

/** The width of a text that goes to no terminal, and the limits of what is easy to read, in characters. */
const WIDTH = 80;
const MOST_WIDTH = 100;
const LEAST_WIDTH = 40;

/** Returns the width for the help, in characters: that of COLUMNS, or of the terminal. */
export function helpWidth(
  env: Readonly<Record<string, string | undefined>>,
  terminalWidth: () => number | undefined = readTerminalWidth,
): number {
  const width = Number(env["COLUMNS"]) || terminalWidth() || WIDTH;
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.floor(width)));
}

function readTerminalWidth(): number | undefined {
  try {
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
  } catch {
    return undefined; // a terminal without a size
  }
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

/** In a narrower text, explanations stand below their names, indented by this. */
const LEAST_FOR_COLUMNS = 60;
const INDENT = 10;

/** Returns the width of the column for names: that of the longest one that is not too long. */
function columnFor(rows: readonly Row[], width: number): number {
  if (width < LEAST_FOR_COLUMNS) return 0;
  const lengths = rows.map(([name]) => name.length);
  return Math.max(0, ...lengths.filter((length) => length <= width * 0.4));
}

/** Writes names on the left, and their explanations on the right or, if a name is too long, below. */
function table(
  rows: readonly Row[],
  width: number,
  column = columnFor(rows, width),
): string {
  const indent = column > 0 ? column + 4 : INDENT;
  return rows.map(([name, ...texts]) => {
    const lines = texts.flatMap((text) => wrap(text, width - indent))
      .map((line) => " ".repeat(indent) + line).join("\n");
    return name.length > column
      ? `  ${name}\n${lines}`
      : `  ${name}`.padEnd(indent) + lines.slice(indent);
  }).join("\n");
}
