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
  needsValue,
  OPTIONS,
  type OptionSpec,
  SHELLS,
  VARIABLE_PREFIX,
  variableOf,
} from "./table.ts";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One piece of a command line: an option with its value, or a word that is none. */
export interface Token {
  /** The index of the word that it begins in. */
  readonly start: number;
  /** The index of the word that it ends in: a value can be a word of its own. */
  readonly end: number;
  /** The long name or the letter of an option, known or not. */
  readonly name?: string;
  /** The option, if it is known. */
  readonly spec?: OptionSpec | undefined;
  /** The value that is given, or the word that is no option. */
  readonly text: string | undefined;
}

/**
 * Splits a command line as pflag does, with which krakend reads its own:
 * `-v -t10s -t=10s -t 10s -vt 10s --settle=1s --settle 1s`. After `--`, no word
 * is an option.
 */
export function* readTokens(
  words: readonly string[],
  specs: readonly OptionSpec[],
): Generator<Token, void> {
  let isRest = false;
  for (let i = 0; i < words.length; i++) {
    const start = i;
    const word = words[i] ?? "";
    if (isRest || word === "--" || !/^-./s.test(word)) {
      isRest ||= word === "--";
      yield { start, end: i, text: word };
      continue;
    }
    for (const { name, spec, joined } of optionsIn(word, specs)) {
      const takesNext = joined === undefined && spec && needsValue(spec);
      const text = takesNext ? words[++i] : joined;
      yield { start, end: i, name, spec, text };
    }
  }
}

/** Finds the options in a word: letters share a dash, and the last one can have its value joined. */
function* optionsIn(word: string, specs: readonly OptionSpec[]) {
  const long = /^--([^=]*)(?:=(.*))?$/s.exec(word);
  if (long) {
    const [, name = "", joined] = long;
    yield { name, spec: specs.find((it) => it.name === name), joined };
    return;
  }
  const [, ...letters] = word.matchAll(/./gsu);
  for (const { 0: name, index } of letters) {
    const spec = specs.find(({ short }) => short === name);
    const rest = word.slice(index + name.length);
    const isLast = /^=./s.test(rest) || (spec && needsValue(spec));
    const joined = isLast && rest ? rest.replace(/^=(?=.)/s, "") : undefined;
    yield { name, spec, joined };
    if (isLast) return;
  }
}

/** The values that are given, by the name of the option. */
type Given = Map<string, string[]>;

/** Splits a command line into the options and the command; the first mistake is an error to throw. */
function split(words: readonly string[]) {
  const given: Given = new Map();
  let error: UsageError | undefined;
  let previous: string | undefined;
  for (const { start, name, spec, text } of readTokens(words, OPTIONS)) {
    const value = text ?? (spec?.value ? spec.implied : "1");
    if (name === undefined) {
      const isMarked = text === "--";
      const command = words.slice(isMarked ? start + 1 : start);
      // In reflex, `-e` is `--sequential` alone: only a symbol stands in the command.
      const isSymbol = previous === "e" && text && !isMarked &&
        command.some((word, i) => i > 0 && word.includes(text));
      if (!isSymbol) return { given, command, isMarked, error };
      given.set("substitute", [text]);
    } else if (!spec) {
      error ??= new UsageError(explainUnknown(name, words[start] ?? ""));
    } else if (!value) {
      const words = spec.choices ? `: ${either(spec.choices)}` : "";
      error ??= new UsageError(`Option "--${spec.name}" needs a value${words}`);
    } else {
      const values = given.get(spec.name);
      if (spec.repeatable && values) values.push(value);
      else given.set(spec.name, [value]);
    }
    previous = name;
  }
  return { given, command: [], isMarked: false, error };
}

function explainUnknown(name: string, word: string): string {
  const option = word.startsWith("--") ? `--${name}` : `-${name}`;
  const place = /^-[^-]./su.test(word) ? ` in "${word}"` : "";
  const nearest = findNearest(name, OPTIONS.map((spec) => spec.name));
  const hint = name === "c" || name === "config"
    ? "there is no file of commands as reflex has one, start krakend-watch once for each; options of krakend come after its command, as in run -c FILE."
    : nearest
    ? `did you mean "--${nearest}"?`
    : "options of krakend come after its command, as in run -c FILE.";
  return `Unknown option "${option}"${place}: ${hint} See krakend-watch --help`;
}

/** Adds what the environment has and the command line does not; of a repeatable option, each line is a value. */
function withEnvironment(given: Given, env: Environment): Given {
  const values = new Map(given);
  for (const { name, repeatable, isQuestion, opposite } of OPTIONS) {
    const text = env[variableOf(name)];
    if (!text || isQuestion || given.has(name)) continue;
    if (opposite && given.has(opposite)) continue;
    values.set(name, repeatable ? text.split("\n").filter(Boolean) : [text]);
  }
  return values;
}

/** With one of these, the command is as likely another program's as krakend's. */
const ABOUT_PROGRAMS =
  /^(?:start-service|substitute|sequential|decoration|watch|all|only-.*|(?:inverse-)?(?:glob|regex))$/;

/** A shorter interval is a busy loop. */
const LEAST_POLL_MS = 10;

/**
 * What a command line and its environment ask for: the options of the table, and
 * the command. Times are in milliseconds.
 */
export type Options = Readonly<ReturnType<typeof parseOptions>>;

/**
 * Reads the command line, which wins over the environment.
 *
 * @param words The arguments of the program.
 * @throws {UsageError} If an option is unknown or its value cannot be understood.
 */
export function parseOptions(words: readonly string[], env: Environment) {
  const { given, command, isMarked, error } = split(words);
  if (error) throw error;
  const values = withEnvironment(given, env);
  const texts = (name: string): readonly string[] => values.get(name) ?? [];
  const text = (name: string) =>
    texts(name).at(-1) ?? OPTIONS.find((spec) => spec.name === name)?.default;
  const read = <T>(name: string, parse: (text: string) => T) => {
    const written = text(name);
    try {
      return written === undefined ? undefined : parse(written);
    } catch (error) {
      const source = given.has(name) ? `Option "--${name}"` : variableOf(name);
      throw new UsageError(`${source}: ${messageOf(error)}`);
    }
  };
  const flag = (name: string) => read(name, parseSwitch) ?? false;
  const duration = (name: string) => read(name, parseDuration) ?? 0;
  for (const { name, opposite } of OPTIONS) {
    if (!opposite || !flag(name) || !flag(opposite)) continue;
    throw new UsageError(`--${name} and --${opposite} exclude each other`);
  }
  return {
    krakend: text("krakend"),
    once: flag("once"),
    startService: flag("start-service"),
    /** The symbol that stands in a command for the file that changed; not empty. */
    substitute: text("substitute") ?? "",
    decoration: read("decoration", oneOf(DECORATIONS)) ?? "none",
    watch: texts("watch"),
    globs: texts("glob"),
    inverseGlobs: texts("inverse-glob"),
    regexes: texts("regex"),
    inverseRegexes: texts("inverse-regex"),
    all: flag("all"),
    only: (["only-files", "only-dirs"] as const).find(flag),
    /** The interval of `--poll`; undefined if file system events are used. */
    pollMs: read("poll", (it) => Math.max(LEAST_POLL_MS, parseDuration(it))),
    list: flag("list"),
    shutdownTimeoutMs: duration("shutdown-timeout"),
    settleMs: duration("settle"),
    check: !flag("no-check"),
    lint: read("lint", oneOf(LINT_LEVELS)) ?? "off",
    readyTimeoutMs: duration("ready-timeout"),
    overlap: !flag("no-overlap"),
    rollback: !flag("no-rollback"),
    /** Undefined if it is not given: the mode decides. */
    onExit: read("on-exit", oneOf(EXIT_POLICIES)),
    maxRestarts: read("max-restarts", parseCount) ?? Infinity,
    verbosity: (["verbose", "quiet"] as const).find(flag) ??
      "normal" as const,
    logFormat: read("log-format", oneOf(LOG_FORMATS)) ?? "text",
    onEvent: text("on-event"),
    completions: read("completions", oneOf(SHELLS)),
    help: read("help", oneOf(HELP_TOPICS)),
    version: flag("version"),
    licenses: flag("licenses"),
    /** The first word that is no option, and all after it. */
    command,
    /** Whether the command may be any program's: `--` stands before it, or an option that is about such. */
    allowsPrograms: isMarked ||
      values.keys().some((name) => ABOUT_PROGRAMS.test(name)),
  };
}

function parseSwitch(text: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  if (/^(?:0|false|no|off)$/i.test(text)) return false;
  throw new SyntaxError(
    `got "${text}", write 1 or 0, true or false, yes or no, on or off`,
  );
}

function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found) return found;
    const nearest = findNearest(text, words);
    const hint = nearest ? `; did you mean "${nearest}"?` : "";
    throw new SyntaxError(`got "${text}", write ${either(words)}${hint}`);
  };
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SyntaxError(`got "${text}", write a whole number such as 3`);
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
    const meant = nearest && `did you mean ${VARIABLE_PREFIX}${nearest}?`;
    return [variable, meant ?? "see --help=all"];
  }));
}

/** Whether errors are wanted as JSON, from words that may hold mistakes. */
export function wantsJson(words: readonly string[], env: Environment): boolean {
  const values = withEnvironment(split(words).given, env);
  return values.get("log-format")?.at(-1) === "json";
}

/** Returns the word that was meant by a misspelt one: the nearest, or the only one that begins so. */
export function findNearest<T extends string>(
  written: string,
  words: readonly T[],
): T | undefined {
  const lettersOf = (word: string) => [...word].sort().join("");
  const letters = lettersOf(written);
  let nearest: T | undefined;
  // Of three letters, two must be right; three wrong ones make another word.
  let least = Math.min(3, written.length / 2);
  for (const word of words) {
    if (Math.abs(word.length - written.length) > least) continue;
    const distance = lettersOf(word) === letters
      ? 1
      : levenshteinDistance(written, word);
    if (distance > least) continue;
    nearest = word;
    least = distance;
  }
  if (nearest || written.length < 2) return nearest;
  const longer = words.filter((word) => word.startsWith(written));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Returns `a or b`, `a, b or c`. (Intl.ListFormat takes 15 ms to load.) */
function either(words: readonly string[]): string {
  return words.join(", ").replace(/, (?=[^,]*$)/, " or ");
}

/** Returns a word as a shell must get it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
