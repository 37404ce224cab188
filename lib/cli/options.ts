/**
 * The command line: which words are options, and what their values are.
 *
 * The splitter is our own. `parseArgs` of `@std/cli` takes `--no-check=1` for
 * `--check`, `--verbose=no` for a yes, and a program named `true` for a value.
 *
 * @module
 */

import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { parseDuration } from "../duration.ts";
import { messageOf, UsageError } from "../errors.ts";
import {
  CHANGED_VARIABLE,
  DECORATIONS,
  EVENT_VARIABLE,
  EXIT_POLICIES,
  HELP_TOPICS,
  LINT_LEVELS,
  LOG_FORMATS,
  OPTIONS,
  type OptionSpec,
  SHELLS,
  VARIABLE_PREFIX,
  variableOf,
} from "./table.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** One piece of a command line: an option with its value, or a word that is none. */
export interface Token {
  /** The index of the word that it begins in. */
  readonly start: number;
  /** The index of the word that it ends in: a value can be a word of its own. */
  readonly end: number;
  /** The long name or the letter of an option, known or not. */
  readonly name: string | undefined;
  /** The option, if it is known. */
  readonly spec: OptionSpec | undefined;
  /** The value that is given, or the word that is no option. */
  readonly text: string | undefined;
}

/**
 * Splits a command line as pflag does, with which krakend reads its own:
 * `-v -t10s -t=10s -t 10s -vt 10s --settle=1s --settle 1s`. It ends after `--`.
 */
export function* readTokens(
  words: readonly string[],
  specs: readonly OptionSpec[],
): Generator<Token, void> {
  for (let i = 0; i < words.length; i++) {
    const start = i;
    const word = words[i] ?? "";
    if (!/^-./s.test(word) || word === "--") {
      yield { start, end: i, name: undefined, spec: undefined, text: word };
      if (word === "--") return;
      continue;
    }
    const long = /^--(?<name>[^=]*)(?:=(?<text>.*))?$/s.exec(word)?.groups;
    if (long) {
      const { name, text } = long;
      const spec = specs.find((it) => it.name === name);
      const value = text ?? (mustHaveValue(spec) ? words[++i] : undefined);
      yield { start, end: i, name, spec, text: value };
      continue;
    }
    for (let at = 1; at < word.length;) {
      const name = String.fromCodePoint(word.codePointAt(at) ?? 0);
      const spec = specs.find((it) => it.short === name);
      at += name.length;
      const isAssigned = word[at] === "=" && at + 1 < word.length;
      let text: string | undefined;
      if (isAssigned || mustHaveValue(spec)) {
        text = word.slice(isAssigned ? at + 1 : at) || words[++i];
        at = word.length;
      }
      yield { start, end: i, name, spec, text };
    }
  }
}

function mustHaveValue(spec: OptionSpec | undefined): boolean {
  return spec?.value !== undefined && spec.implied === undefined;
}

/** The values that are given, by the name of the option; of a switch `1` or `0`. */
type Given = Map<string, string[]>;

/** Splits a command line into the options and the command. */
function split(words: readonly string[]) {
  const given: Given = new Map();
  let previous: Token | undefined;
  for (const token of readTokens(words, OPTIONS)) {
    const { start, name, spec, text = "" } = token;
    if (name === undefined) {
      if (!isSymbol(token, previous, words)) {
        const isMarked = text === "--";
        const command = words.slice(isMarked ? start + 1 : start);
        return { given, command, isMarked };
      }
      given.set("substitute", [text]);
    } else {
      if (!spec) refuseUnknown(name, words[start] ?? "");
      const value = readValue(spec, token.text);
      const values = given.get(spec.name);
      if (spec.repeatable && values) values.push(value);
      else given.set(spec.name, [value]);
    }
    previous = token;
  }
  return { given, command: [], isMarked: false };
}

/**
 * Whether a word is the value of the `-e` before it, as in `-e @ cc @`: the
 * command must have it. In reflex, `-e` stands for `--sequential` alone.
 */
function isSymbol(
  { end, text = "" }: Token,
  previous: Token | undefined,
  words: readonly string[],
): boolean {
  return previous?.name === "e" && text !== "" && text !== "--" &&
    words.slice(end + 1).some((word) => word.includes(text));
}

function readValue(spec: OptionSpec, given: string | undefined): string {
  const { name, value, implied, choices } = spec;
  if (!value) return readSwitch(`--${name}`, given ?? "1");
  const text = given ?? implied;
  if (text) return text;
  const words = choices ? `: ${either(choices)}` : "";
  throw new UsageError(`Option "--${name}" needs a value${words}`);
}

function refuseUnknown(name: string, word: string): never {
  const option = word.startsWith("--") ? `--${name}` : `-${name}`;
  const place = option === word.replace(/=.*$/s, "") ? "" : ` in "${word}"`;
  const nearest = findNearest(name, OPTIONS.map((spec) => spec.name));
  const hint = name === "c" || name === "config"
    ? "there is no file of commands as reflex has one, start krakend-watch once for each; options of krakend come after its command, as in run -c FILE."
    : nearest
    ? `did you mean "--${nearest}"?`
    : "options of krakend come after its command, as in run -c FILE.";
  throw new UsageError(
    `Unknown option "${option}"${place}: ${hint} See krakend-watch --help`,
  );
}

/** Returns `1` or `0` for a switch that stands in `source`. */
function readSwitch(source: string, text: string): "1" | "0" {
  if (/^(?:1|true|yes|on)$/i.test(text)) return "1";
  if (/^(?:0|false|no|off)$/i.test(text)) return "0";
  throw new UsageError(
    `Cannot read "${text}" for "${source}": write 1 or 0, true or false, yes or no, on or off`,
  );
}

/** Reads the environment; of a repeatable option, each line is a value. */
function readEnvironment(env: Environment): Given {
  const given: Given = new Map();
  for (const { name, value, repeatable, isQuestion } of OPTIONS) {
    const variable = variableOf(name);
    const text = env[variable];
    if (!text || isQuestion) continue;
    const values = repeatable ? text.split("\n").filter(Boolean) : [text];
    given.set(name, value ? values : [readSwitch(variable, text)]);
  }
  return given;
}

/** Options of which only one can hold. */
const EXCLUSIVE = [["verbose", "quiet"], ["only-files", "only-dirs"]] as const;

/** Lets the command line win over the environment. */
function merge(environment: Given, given: Given): Given {
  const values = new Map([...environment, ...given]);
  const isOn = (from: Given, name: string) => from.get(name)?.at(-1) === "1";
  for (const [one, other] of EXCLUSIVE) {
    if (isOn(given, one) && !isOn(given, other)) values.delete(other);
    if (isOn(given, other) && !isOn(given, one)) values.delete(one);
    if (isOn(values, one) && isOn(values, other)) {
      throw new UsageError(`--${one} and --${other} exclude each other`);
    }
  }
  return values;
}

/** With one of these, the command is as likely another program's as krakend's. */
const ABOUT_PROGRAMS =
  /^(?:start-service|substitute|sequential|decoration|watch|all|only-.*|(?:inverse-)?(?:glob|regex))$/;

/** An interval below this is a busy loop, in milliseconds. */
const SHORTEST_POLL_MS = 10;

/** What a command line and its environment ask for; times are in milliseconds. */
export type Options = Readonly<ReturnType<typeof parseOptions>>;

/**
 * Reads the command line, which wins over the environment.
 *
 * @param words The arguments of the program.
 * @throws {UsageError} If an option is unknown or its value cannot be understood.
 */
export function parseOptions(words: readonly string[], env: Environment) {
  const { given, command, isMarked } = split(words);
  const values = merge(readEnvironment(env), given);
  const texts = (name: string): readonly string[] => values.get(name) ?? [];
  const text = (name: string) =>
    texts(name).at(-1) ?? OPTIONS.find((spec) => spec.name === name)?.default;
  const flag = (name: string) => text(name) === "1";
  const fail = (name: string, message: string): never => {
    const source = given.has(name) ? `Option "--${name}"` : variableOf(name);
    throw new UsageError(`${source}: ${message}`);
  };
  const choice = <T extends string>(name: string, words: readonly T[]) => {
    const written = text(name);
    const found = words.find((word) => word === written);
    if (found || written === undefined) return found;
    const nearest = findNearest(written, words);
    const hint = nearest ? `; did you mean "${nearest}"?` : "";
    return fail(name, `got "${written}", write ${either(words)}${hint}`);
  };
  const duration = (name: string, least = 0) => {
    const written = text(name) ?? "";
    let ms: number;
    try {
      ms = parseDuration(written);
    } catch (error) {
      return fail(name, messageOf(error));
    }
    if (ms >= least) return ms;
    return fail(name, `"${written}" is too short, write at least ${least}ms`);
  };
  const count = (name: string) => {
    const written = text(name);
    if (written === undefined) return undefined;
    if (/^\d{1,9}$/.test(written)) return Number(written);
    return fail(name, `got "${written}", write a whole number such as 3`);
  };
  return {
    /** The krakend program of `--krakend`. */
    krakend: text("krakend"),
    /** Whether the command runs once, and nothing is watched. */
    once: flag("once"),
    /** Whether another program's command does not end by itself. */
    startService: flag("start-service"),
    /** The symbol that stands in a command for the file that changed; not empty. */
    substitute: text("substitute") ?? "",
    decoration: choice("decoration", DECORATIONS) ?? "none",
    watch: texts("watch"),
    globs: texts("glob"),
    inverseGlobs: texts("inverse-glob"),
    regexes: texts("regex"),
    inverseRegexes: texts("inverse-regex"),
    /** Whether the files of version control and editors count too. */
    all: flag("all"),
    /** The one kind that counts in the working folder; undefined for both. */
    only: flag("only-files")
      ? "files" as const
      : flag("only-dirs")
      ? "directories" as const
      : undefined,
    /** The interval of `--poll`; undefined if file system events are used. */
    pollMs: text("poll") ? duration("poll", SHORTEST_POLL_MS) : undefined,
    list: flag("list"),
    /** From SIGTERM to SIGKILL. */
    shutdownTimeoutMs: duration("shutdown-timeout"),
    settleMs: duration("settle"),
    /** Whether `krakend check` comes before a reload in which two gateways cannot share the port. */
    check: !flag("no-check"),
    lint: choice("lint", LINT_LEVELS) ?? "off",
    /** From the start of a gateway until it listens. */
    readyTimeoutMs: duration("ready-timeout"),
    /** Whether two gateways may run at a time. */
    overlap: !flag("no-overlap"),
    rollback: !flag("no-rollback"),
    /** Undefined if it is not given: the mode decides. */
    onExit: choice("on-exit", EXIT_POLICIES),
    maxRestarts: count("max-restarts") ?? Infinity,
    verbosity: flag("verbose")
      ? "verbose" as const
      : flag("quiet")
      ? "quiet" as const
      : "normal" as const,
    logFormat: choice("log-format", LOG_FORMATS) ?? "text",
    /** The shell command of `--on-event`. */
    onEvent: text("on-event"),
    completions: choice("completions", SHELLS),
    help: choice("help", HELP_TOPICS),
    version: flag("version"),
    licenses: flag("licenses"),
    /** The first word that is no option, and all after it. */
    command,
    /** Whether the command may be any program's: `--` stands before it, or an option that is about such. */
    allowsPrograms: isMarked ||
      values.keys().some((name) => ABOUT_PROGRAMS.test(name)),
  };
}

/** Returns the variables that begin like ours and stand for no option, each with a hint. */
export function unknownVariables(env: Environment): Map<string, string> {
  const options = OPTIONS.map(({ name }) => variableOf(name));
  const known = [...options, CHANGED_VARIABLE, EVENT_VARIABLE];
  const unknown = Object.keys(env).sort().filter((variable) =>
    variable.startsWith(VARIABLE_PREFIX) && !known.includes(variable)
  );
  const nameOf = (variable: string) => variable.slice(VARIABLE_PREFIX.length);
  return new Map(unknown.map((variable) => {
    const nearest = findNearest(nameOf(variable), options.map(nameOf));
    const hint = nearest && `did you mean ${VARIABLE_PREFIX}${nearest}?`;
    return [variable, hint ?? "see --help=all"];
  }));
}

/** Whether errors are wanted as JSON, from words that may hold mistakes. */
export function wantsJson(words: readonly string[], env: Environment): boolean {
  let format = env[variableOf("log-format")];
  for (const { name, spec, text } of readTokens(words, OPTIONS)) {
    if (name === undefined) break;
    if (spec?.name === "log-format") format = text;
  }
  return format === "json";
}

/** A word with more wrong letters is another word. */
const FARTHEST_TYPO = 3;

/** Returns the word that was meant by a misspelt one: the nearest, or the only one that begins so. */
export function findNearest<T extends string>(
  written: string,
  words: readonly T[],
): T | undefined {
  // Of three letters, two must be right.
  const farthest = Math.min(FARTHEST_TYPO, written.length / 2);
  const [nearest] = words
    .filter(({ length }) => Math.abs(length - written.length) <= farthest)
    .map((word) => ({ word, distance: distanceOf(written, word) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance);
  const longer = words.filter((word) => word.startsWith(written));
  return nearest?.word ??
    (written.length > 1 && longer.length === 1 ? longer[0] : undefined);
}

/** Counts the wrong letters; two that changed places are one. */
function distanceOf(written: string, word: string): number {
  const swapped = Array.from(
    { length: written.length - 1 },
    (_, i) =>
      written.slice(0, i) + written.charAt(i + 1) + written.charAt(i) +
      written.slice(i + 2),
  );
  return Math.min(
    levenshteinDistance(written, word),
    ...swapped.map((other) => 1 + levenshteinDistance(other, word)),
  );
}

/** Returns `a`, `a or b`, `a, b or c`. (Intl.ListFormat takes 15 ms to load.) */
export function either(words: readonly string[]): string {
  return words.join(", ").replace(/, (?=[^,]*$)/, " or ");
}

/** Returns a word as a shell must get it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
