/**
 * KrakenD's own command line, as far as it matters to who runs it.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { basename } from "@std/path";
import { UsageError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import { SUBCOMMANDS } from "./subcommands.ts";

/** A krakend command. */
export interface KrakendCommand {
  /** The arguments for the krakend program. */
  readonly args: readonly string[];
  /**
   * What the command is about, if its answer depends on a configuration. Other
   * commands do their work and end.
   */
  readonly service: KrakendService | undefined;
}

/** What `krakend run`, or a command that looks at a configuration, was told. */
export interface KrakendService {
  /** Whether the command looks at the configuration and ends, such as `check`. */
  readonly isCheck: boolean;
  /** Plugins to be tested, as written; these need no configuration, and the first one stands in its place. */
  readonly plugins: readonly string[];
  /** The configuration file, as written. */
  readonly configFile: string;
  /** The port that overrides the configuration's. */
  readonly port: number | undefined;
}

/** What krakend can be told to do. */
const NAMES = SUBCOMMANDS.map(({ name }) => name);

/** Those that look at a configuration and say what they think of it. */
const CHECKS = ["check", "validate", "audit", "test-plugin", "check-plugin"];

/**
 * Understands the words after the options.
 *
 * @param words None for the service of the old config-watcher image:
 * `run -c ${KRAKEND_CONFIG:-krakend.json} -d`.
 * @throws {UsageError} If the words are not a command of krakend's.
 */
export function parseKrakendCommand(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): KrakendCommand {
  if (words.length === 0) {
    const configFile = env["KRAKEND_CONFIG"] || "krakend.json";
    return {
      args: ["run", "-c", configFile, "-d"],
      service: { configFile, port: undefined, isCheck: false, plugins: [] },
    };
  }
  // The official image can be given the program's name or leave it out.
  const [first = ""] = words;
  const args = isKrakend(first) ? words.slice(1) : words;
  const [subcommand = "help"] = args;
  if (!NAMES.includes(subcommand)) {
    const nearest = nearestSubcommand(subcommand);
    const hint = nearest ? `did you mean "${nearest}"? Or ` : "";
    throw new UsageError(
      `Unknown command "${subcommand}": ${hint}write a command of krakend, such as ` +
        `run -c krakend.json (krakend knows ${NAMES.join(", ")}); ` +
        "a command of another program comes after --",
    );
  }
  const isCheck = CHECKS.includes(subcommand);
  if (subcommand !== "run" && !isCheck) {
    return { args, service: undefined };
  }
  const service = subcommand === "test-plugin"
    ? parseTestPlugin(args.slice(1))
    : parseFlags(args.slice(1), { subcommand, isCheck });
  return { args, service };
}

/**
 * Whether words are another program's command: they begin with a path, or with
 * a word that krakend does not know where any program is welcome.
 *
 * @param isWelcome Whether a word that krakend does not know is meant so; it is a slip otherwise.
 */
export function isOtherProgram(
  [first]: readonly string[],
  isWelcome: boolean,
): boolean {
  if (first === undefined || isKrakend(first)) return false;
  if (isWelcome) return !NAMES.includes(first);
  // A configuration without its command is a slip.
  return isPath(first) && !/\.(json|ya?ml|toml)$/i.test(first);
}

/** The command of krakend that is meant by a misspelt one; undefined if none is near. */
export function nearestSubcommand(word: string): string | undefined {
  return findNearest(word, NAMES);
}

/** The krakend program, if the words begin with a path to it. */
export function krakendPathOf(
  [first = ""]: readonly string[],
): string | undefined {
  return isKrakend(first) && isPath(first) ? first : undefined;
}

/** Whether a word is the program's name, or a path to it. */
function isKrakend(word: string): boolean {
  return /^krakend(\.exe)?$/.test(basename(word));
}

function isPath(word: string): boolean {
  return /[/\\]/.test(word);
}

/** Reads `krakend test-plugin -scm FILE...`, whose flags take no values. */
function parseTestPlugin(words: readonly string[]): KrakendService | undefined {
  const plugins = words.filter((word) => !word.startsWith("-"));
  const [configFile] = plugins;
  if (!configFile) return undefined;
  return { configFile, port: undefined, isCheck: true, plugins };
}

/** Reads the flags of a command, written in any of the ways that its library (pflag) takes. */
function parseFlags(
  flags: readonly string[],
  { subcommand, isCheck }: { subcommand: string; isCheck: boolean },
): KrakendService | undefined {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      config: { type: "string", short: "c" },
      port: { type: "string", short: "p" },
      debug: { type: "boolean", short: "d" },
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    allowPositionals: true,
  });
  if (values["help"]) return undefined;
  const configFile = textOf(values["config"]);
  // Without a configuration, its help or its complaint is all there is.
  if (!configFile && isCheck) return undefined;
  if (!configFile) {
    throw new UsageError(
      `krakend ${subcommand} needs a configuration file: add -c FILE, such as run -c krakend.json`,
    );
  }
  const port = Number(textOf(values["port"]));
  return {
    configFile,
    port: port > 0 ? port : undefined,
    isCheck,
    plugins: [],
  };
}

/**
 * The arguments of `krakend run` with another configuration file: of several
 * flags, pflag takes the last.
 */
export function argsWithConfig(
  args: readonly string[],
  configFile: string,
): string[] {
  // What follows "--" is no flag.
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  const rest = end < 0 ? [] : args.slice(end);
  return [...flags, "--config", configFile, ...rest];
}

/** The value of a flag; pflag takes `-c=FILE` too. */
function textOf(value: string | boolean | undefined): string {
  return typeof value === "string" ? value.replace(/^=/, "") : "";
}
