/**
 * The command line and its environment twins: one table, read by the parser
 * and by the help.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { parseDuration } from "./duration.ts";
import { messageOf, UsageError } from "./errors.ts";

/** One option of the command line. */
export interface OptionSpec {
  /** The long name, without dashes. Its environment twin is KRAKEND_WATCH_<NAME>. */
  readonly name: string;
  readonly short?: string;
  /** What the option takes; without it, the option is a switch. */
  readonly value?: "DURATION" | "PATH";
  /** What holds when the option is not given. */
  readonly default: string | boolean | undefined;
  readonly help: string;
}

/** Every option, in the order of the help. */
export const OPTIONS = [
  {
    name: "shutdown-timeout",
    short: "t",
    value: "DURATION",
    default: "10s",
    help: "time the gateway has to finish its requests before it is killed",
  },
  {
    name: "settle",
    value: "DURATION",
    default: "100ms",
    help: "how long files must be still before a failed check is believed",
  },
  {
    name: "no-check",
    default: false,
    help: "restart on every change without asking krakend check first",
  },
  {
    name: "krakend",
    value: "PATH",
    default: undefined,
    help: "the krakend program; else KRAKEND_BIN, else krakend on PATH",
  },
  {
    name: "verbose",
    short: "v",
    default: false,
    help: "report every check and every signal too",
  },
  {
    name: "quiet",
    short: "q",
    default: false,
    help: "report warnings and errors only",
  },
  { name: "help", short: "h", default: false, help: "show this help" },
  { name: "version", default: false, help: "show the version" },
] as const satisfies readonly OptionSpec[];

/** What the user asked for. */
export interface Options {
  readonly shutdownTimeoutMs: number;
  readonly settleMs: number;
  /** Whether a change must pass `krakend check`. */
  readonly check: boolean;
  /** The krakend program as given by `--krakend`. */
  readonly krakend: string | undefined;
  readonly verbosity: "quiet" | "normal" | "verbose";
  readonly help: boolean;
  readonly version: boolean;
  /** The first word that is no option, and all after it. */
  readonly command: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The prefix of the environment twins. None of these variables may reach the gateway. */
export const ENVIRONMENT_PREFIX = "KRAKEND_WATCH_";

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
  const raw = { ...parseEnvironment(env), ...given.values };
  const flag = (name: string) => raw[name] === true;
  if (flag("verbose") && flag("quiet")) {
    throw new UsageError("--verbose and --quiet exclude each other");
  }
  return {
    shutdownTimeoutMs: duration("shutdown-timeout", raw),
    settleMs: duration("settle", raw),
    check: !flag("no-check"),
    krakend: raw["krakend"] as string | undefined,
    verbosity: flag("verbose") ? "verbose" : flag("quiet") ? "quiet" : "normal",
    help: flag("help"),
    version: flag("version"),
    command: given.command,
  };
}

/** How many letters may be wrong in what is still taken for a misspelt option. */
const FARTHEST_TYPO = 3;

type RawValues = Record<string, string | boolean>;

const specs: readonly OptionSpec[] = OPTIONS;
const switches = specs.filter(({ value }) => !value).map(({ name }) => name);
const valued = specs.filter(({ value }) => value).map(({ name }) => name);

/** Splits the command line into the options given and the command. */
function parseWords(words: readonly string[]) {
  const parsed: Record<string, unknown> = parseArgs(
    joinValues(words),
    {
      boolean: switches,
      string: [...valued, "_"],
      alias: Object.fromEntries(
        specs.flatMap(({ name, short }) => short ? [[short, name]] : []),
      ),
      // Tells an option that was not given from one that was.
      default: Object.fromEntries(switches.map((name) => [name, undefined])),
      stopEarly: true,
      unknown: (word: string, key?: string) => {
        if (key !== undefined) refuseUnknown(word);
      },
    },
  );
  const values: RawValues = {};
  for (const name of [...switches, ...valued]) {
    const value = parsed[name];
    if (value === "") throw new UsageError(`Option "--${name}" needs a value`);
    if (value !== undefined) values[name] = value as string | boolean;
  }
  return { values, command: parsed["_"] as string[] };
}

/**
 * Gives options with a value the form `--name=value`, in which parseArgs takes
 * any value: `-t10s`, `-t=10s` and `-t 10s` are all fine with other programs.
 */
function joinValues(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith("-") || word === "--") {
      return [...result, ...words.slice(i)];
    }
    const spec = specs.find(({ name, short, value }) =>
      value && (word === `--${name}` || (short && word.startsWith(`-${short}`)))
    );
    if (!spec) {
      result.push(word);
      continue;
    }
    const attached = word.startsWith("--") ? "" : word.slice(2);
    const value = attached ? attached.replace(/^=/, "") : words[++i] ?? "";
    result.push(`--${spec.name}=${value}`);
  }
  return result;
}

function refuseUnknown(word: string): never {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  const [nearest] = specs
    .map((spec) => ({
      name: spec.name,
      distance: levenshteinDistance(name, spec.name),
    }))
    .filter(({ distance }) => distance <= FARTHEST_TYPO)
    .sort((a, b) => a.distance - b.distance);
  const hint = nearest
    ? `did you mean "--${nearest.name}"?`
    : "options of krakend itself come after its command.";
  throw new UsageError(
    `Unknown option "${word}": ${hint} See krakend-watch --help`,
  );
}

/** Reads the options that are given as environment variables. */
function parseEnvironment(env: Environment): RawValues {
  const values: RawValues = {};
  for (const { name, value: takes } of specs) {
    if (name === "help" || name === "version") continue;
    const variable = environmentTwin(name);
    const text = env[variable];
    if (!text) continue;
    values[name] = takes ? text : parseSwitch(variable, text);
  }
  return values;
}

/** The environment variable that stands for an option. */
export function environmentTwin(name: string): string {
  return ENVIRONMENT_PREFIX + name.toUpperCase().replaceAll("-", "_");
}

function parseSwitch(variable: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UsageError(
    `Cannot parse "${variable}" as a switch: got "${text}", write 1 or 0, true or false, yes or no, on or off`,
  );
}

function duration(name: "shutdown-timeout" | "settle", raw: RawValues) {
  const spec = specs.find((spec) => spec.name === name) as OptionSpec;
  const text = String(raw[name] ?? spec.default);
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`Option "--${name}": ${messageOf(error)}`);
  }
}
