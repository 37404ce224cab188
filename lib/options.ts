/**
 * Reads the command line and the environment variables that stand for it.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { UsageError } from "./errors.ts";
import type { FilterPatterns } from "./match/filter.ts";
import { choice, duration, pollInterval } from "./option_values.ts";
import { environmentTwin, OPTIONS, type OptionSpec } from "./option_table.ts";

/** What the user asked for. */
export interface Options {
  readonly shutdownTimeoutMs: number;
  readonly settleMs: number;
  /** Whether a change must pass `krakend check`. */
  readonly check: boolean;
  /** What becomes of settings that the schema does not know. */
  readonly lint: "off" | "warn" | "error";
  /** How long a gateway may take until it serves. */
  readonly readyTimeoutMs: number;
  /** Whether a configuration that does not become ready gives way to the last one that did. */
  readonly rollback: boolean;
  /** The krakend program as given by `--krakend`. */
  readonly krakend: string | undefined;
  /** The paths of `--watch`. */
  readonly watch: readonly string[];
  /** What to look for in the working folder; undefined if nothing. */
  readonly patterns: Patterns | undefined;
  /** Whether to look at the files of version control and editors, too. */
  readonly all: boolean;
  /** The interval of `--poll`; undefined if events are wanted. */
  readonly pollMs: number | undefined;
  readonly list: boolean;
  /** Whether to run the command once, and not to watch anything. */
  readonly once: boolean;
  readonly logFormat: "text" | "json";
  readonly verbosity: "quiet" | "normal" | "verbose";
  readonly help: boolean;
  readonly version: boolean;
  readonly licenses: boolean;
  /** The first word that is no option, and all after it. */
  readonly command: readonly string[];
}

/** Patterns for files of the working folder, as reflex has them. */
export type Patterns = Omit<FilterPatterns, "all">;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line. It wins over the environment twins.
 *
 * @throws {UsageError} If an option is unknown or its value cannot be understood.
 */
export function parseOptions(
  words: readonly string[],
  env: Environment,
): Options {
  const given = parseWords(words);
  const raw = merge(parseEnvironment(env), given.values);
  const flag = (name: string) => raw[name] === true;
  const text = (name: string) => raw[name]?.toString();
  return {
    shutdownTimeoutMs: duration("shutdown-timeout", text("shutdown-timeout")),
    settleMs: duration("settle", text("settle")),
    check: !flag("no-check"),
    readyTimeoutMs: duration("ready-timeout", text("ready-timeout")),
    lint: choice("lint", text("lint") ?? "off", ["off", "warn", "error"]),
    rollback: !flag("no-rollback"),
    krakend: text("krakend"),
    watch: texts(raw["watch"]),
    patterns: patternsOf(raw),
    all: flag("all"),
    pollMs: raw["poll"] === undefined ? undefined : pollInterval(text("poll")),
    list: flag("list"),
    once: flag("once"),
    logFormat: choice("log-format", text("log-format") ?? "text", [
      "text",
      "json",
    ]),
    verbosity: flag("verbose") ? "verbose" : flag("quiet") ? "quiet" : "normal",
    help: flag("help"),
    version: flag("version"),
    licenses: flag("licenses"),
    command: given.command,
  };
}

type RawValue = string | boolean | readonly string[];
type RawValues = Record<string, RawValue>;

/** How many letters may be wrong in what is still taken for a misspelt option. */
const FARTHEST_TYPO = 3;

/**
 * Splits the command line into the options given and the command.
 *
 * By Node's parser, as the one of @std/cli takes `--no-check=1` for `--check`
 * and does not know `-t10s`, in which other programs take a value.
 */
function parseWords(words: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(OPTIONS.map(declare)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: RawValues = {};
  for (const token of tokens) {
    if (token.kind === "positional") {
      return { values, command: words.slice(token.index) };
    }
    if (token.kind === "option-terminator") {
      return { values, command: words.slice(token.index + 1) };
    }
    const spec = OPTIONS.find(({ name }) => name === token.name);
    if (!spec) refuseUnknown(token.rawName);
    // A value that follows a letter may have an equals sign before it.
    const text = token.rawName.startsWith("--")
      ? token.value
      : token.value?.replace(/^=/, "");
    const value = readValue(spec, text);
    values[spec.name] = spec.repeatable
      ? [...texts(values[spec.name]), value as string]
      : value;
  }
  return { values, command: [] };
}

function declare({ name, short, value, implied }: OptionSpec) {
  // What can do without a value never takes the next word for one.
  const type = value && !implied ? "string" : "boolean";
  return [name, { type, ...(short && { short }) }] as const;
}

function readValue(spec: OptionSpec, given: string | undefined) {
  const { name, value, implied } = spec;
  if (!value) return parseSwitch(`--${name}`, given ?? "true");
  const text = given ?? implied;
  if (text) return text;
  throw new UsageError(`Option "--${name}" needs a value`);
}

function refuseUnknown(word: string): never {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  const [nearest] = OPTIONS
    .map((spec) => ({
      name: spec.name,
      distance: levenshteinDistance(name, spec.name),
    }))
    // For a word of three letters, any other one is near.
    .filter(({ distance }) =>
      distance <= Math.min(FARTHEST_TYPO, name.length / 2)
    )
    .sort((a, b) => a.distance - b.distance);
  const hint = nearest
    ? `did you mean "--${nearest.name}"?`
    : "options of krakend itself come after its command.";
  throw new UsageError(
    `Unknown option "${word}": ${hint} See krakend-watch --help`,
  );
}

/** Reads the options that are given as environment variables; of a repeatable one, each line is a value. */
function parseEnvironment(env: Environment): RawValues {
  const values: RawValues = {};
  for (const { name, value: takes, repeatable } of OPTIONS) {
    if (["help", "version", "licenses"].includes(name)) continue;
    const variable = environmentTwin(name);
    const text = env[variable];
    if (!text) continue;
    if (repeatable) values[name] = text.split("\n").filter(Boolean);
    else values[name] = takes ? text : parseSwitch(variable, text);
  }
  return values;
}

function parseSwitch(variable: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UsageError(
    `Cannot parse "${variable}" as a switch: got "${text}", write 1 or 0, true or false, yes or no, on or off`,
  );
}

function patternsOf(raw: RawValues): Patterns | undefined {
  const named = ["glob", "inverse-glob", "regex", "inverse-regex"];
  if (!named.some((name) => raw[name] !== undefined)) return undefined;
  return {
    globs: texts(raw["glob"]),
    inverseGlobs: texts(raw["inverse-glob"]),
    regexes: texts(raw["regex"]),
    inverseRegexes: texts(raw["inverse-regex"]),
    only: raw["only-files"] === true
      ? "files"
      : raw["only-dirs"] === true
      ? "directories"
      : undefined,
  };
}

function texts(value: RawValue | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** Options of which only one can hold. */
const ALTERNATIVES = [
  { one: "verbose", other: "quiet" },
  { one: "only-files", other: "only-dirs" },
] as const;

/** Lets the command line win over the environment. */
function merge(environment: RawValues, given: RawValues): RawValues {
  const raw = { ...environment, ...given };
  for (const { one, other } of ALTERNATIVES) {
    if (given[one] && !given[other]) delete raw[other];
    if (given[other] && !given[one]) delete raw[one];
    if (raw[one] === true && raw[other] === true) {
      throw new UsageError(`--${one} and --${other} exclude each other`);
    }
  }
  return raw;
}
