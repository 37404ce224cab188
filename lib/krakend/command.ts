/**
 * The command that krakend-watch is given: krakend's own command line as krakend
 * reads it, the program that runs it, and its environment.
 *
 * @module
 */

import { findNearest, quote, readTokens, type Token } from "../cli/options.ts";
import { type OptionSpec, SUBCOMMANDS, VARIABLE_PREFIX } from "../cli/table.ts";
import { FatalError, messageOf, UsageError } from "../errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = SUBCOMMANDS.map(({ name }) => name);

/** The subcommands that have a configuration or a plugin for input, and end. */
const CHECKS = ["check", "validate", "audit", "test-plugin"];

/** A krakend command. */
export interface Command {
  /** The arguments for the krakend program. */
  readonly args: readonly string[];
  readonly subcommand: string;
  /** Undefined for a command that does its work once, such as `version`. */
  readonly service: Service | undefined;
}

/** A command that is run again when its files change: `run`, or a check. */
export interface Service {
  /** The configuration file, as written; of `test-plugin`, the first plugin. */
  readonly configFile: string;
  /** The port that overrides that of the configuration. */
  readonly port: number | undefined;
  /** Whether the command ends by itself, such as `check`. */
  readonly isCheck: boolean;
  /** The plugins of `test-plugin`, as written. */
  readonly plugins: readonly string[];
}

/**
 * Reads the words after our options.
 *
 * @param words None for the service of the old `krakend:watch` image: `run -c ${KRAKEND_CONFIG:-krakend.json} -d`.
 * @throws {UsageError} If the words are no command of krakend's, or one that needs a configuration file and has none.
 */
export function parseCommand(
  words: readonly string[],
  env: Environment,
): Command {
  if (words.length === 0) {
    const configFile = env["KRAKEND_CONFIG"] || "krakend.json";
    return parseCommand(["run", "-c", configFile, "-d"], env);
  }
  // The official image takes the name of the program or does without.
  const args = isKrakend(words[0]) ? words.slice(1) : words;
  const [subcommand = "help"] = args;
  if (!NAMES.includes(subcommand)) refuseSubcommand(subcommand);
  return { args, subcommand, service: serviceOf(subcommand, args) };
}

function refuseSubcommand(word: string): never {
  const nearest = nearestSubcommand(word);
  const meant = isConfigFile(word) ? `run -c ${word}` : nearest;
  const hint = meant ? `did you mean "${meant}"? Or ` : "";
  throw new UsageError(
    `Unknown command "${word}": ${hint}write a command of krakend, such as run -c krakend.json ` +
      `(krakend knows ${
        NAMES.join(", ")
      }); a command of another program comes after --`,
  );
}

function serviceOf(
  subcommand: string,
  args: readonly string[],
): Service | undefined {
  const isCheck = CHECKS.includes(subcommand);
  if (!isCheck && subcommand !== "run") return undefined;
  const tokens = tokensOf(args);
  if (tokens.some(({ spec }) => spec?.name === "help")) return undefined;
  const plugins = subcommand === "test-plugin"
    ? positionalsOf(tokens, args)
    : [];
  const configFile = plugins[0] ?? lastOf(tokens, "config")?.text;
  if (!configFile) {
    // Of a check, krakend's complaint is all that there is.
    if (isCheck) return undefined;
    throw new UsageError(
      `krakend ${subcommand} needs a configuration file: add -c FILE, such as run -c krakend.json`,
    );
  }
  const port = Number(lastOf(tokens, "port")?.text);
  const isSet = Number.isInteger(port) && port > 0;
  return { configFile, port: isSet ? port : undefined, isCheck, plugins };
}

/** Splits the arguments of krakend, the first of which is the subcommand. */
function tokensOf([subcommand, ...flags]: readonly string[]): Token[] {
  const command = SUBCOMMANDS.find(({ name }) => name === subcommand);
  return [...readTokens(flags, command?.options ?? [])].map((token) => ({
    ...token,
    start: token.start + 1,
    end: token.end + 1,
  }));
}

/** Returns the flag that counts: of several, pflag takes the last. */
function lastOf(tokens: readonly Token[], name: string): Token | undefined {
  return tokens.findLast(({ spec }) => spec?.name === name);
}

function positionalsOf(
  tokens: readonly Token[],
  args: readonly string[],
): string[] {
  return tokens.filter(({ name }) => name === undefined)
    .flatMap(({ text, end }) =>
      text === "--" ? args.slice(end + 1) : text ?? []
    );
}

/**
 * Returns the arguments of a `run` or of a check with another configuration
 * file in the place of the one that they have.
 */
export function argsWithConfig(
  args: readonly string[],
  configFile: string,
): string[] {
  const { text = "", end = 0 } = lastOf(tokensOf(args), "config") ?? {};
  const word = args[end];
  if (!text || word === undefined) return [...args];
  // However a flag is written, its value is the end of a word.
  return args.with(end, word.slice(0, -text.length) + configFile);
}

/** Returns the subcommand that is meant by a misspelt word. */
export function nearestSubcommand(word: string): string | undefined {
  return findNearest(word, NAMES);
}

/** Returns the path to krakend that the words begin with, if they do. */
export function krakendPathOf(
  [first = ""]: readonly string[],
): string | undefined {
  return isKrakend(first) && isPath(first) ? first : undefined;
}

/**
 * Whether words are the command of another program: they begin with a path, or
 * with a word that krakend does not know where any program is allowed.
 *
 * @param allowsPrograms Whether such a word is a program; else it is a mistake.
 */
export function isOtherProgram(
  [first]: readonly string[],
  allowsPrograms: boolean,
): boolean {
  if (first === undefined || isKrakend(first)) return false;
  if (allowsPrograms) return !NAMES.includes(first);
  return isPath(first) && !isConfigFile(first);
}

/** Whether a word is the program's name, or a path to it. */
function isKrakend(word = ""): boolean {
  return /(?:^|\/)krakend$/.test(word);
}

function isPath(word: string): boolean {
  return word.includes("/");
}

function isConfigFile(word: string): boolean {
  return /\.(?:json|ya?ml|toml|tmpl)$/i.test(word);
}

/** Options of ours behind the command, where krakend would refuse them at every start. */
export interface Misplaced {
  /** The arguments that make krakend list its flags: it may have more than we know. */
  readonly helpArgs: readonly string[];
  /**
   * Returns the error, with the corrected line.
   *
   * @param help The output of krakend with {@linkcode helpArgs}.
   * @returns Undefined if krakend has a flag of this name, or does not list its flags.
   */
  errorFor(help: string): UsageError | undefined;
}

/**
 * Finds options of ours that are no flags of the subcommand, as far as
 * {@linkcode SUBCOMMANDS} knows them.
 *
 * @param args The arguments for krakend.
 */
export function findMisplaced(
  args: readonly string[],
  options: readonly OptionSpec[],
): Misplaced | undefined {
  const [subcommand = ""] = args;
  const found: Token[] = [];
  for (const { start, name, spec } of tokensOf(args)) {
    if (name === undefined || spec) continue;
    const word = args[start] ?? "";
    // As our own parser reads it, with its value.
    const [ours] = readTokens(args.slice(start, start + 2), options);
    const isAlone = word.startsWith("--") || word.length === 2;
    if (ours?.name !== name || !ours.spec) continue;
    if (isAlone || ours.text) {
      found.push({ ...ours, start, end: start + ours.end });
    }
  }
  if (found.length === 0) return undefined;
  return {
    helpArgs: [subcommand, "--help"],
    errorFor(help) {
      const known = flagsIn(help);
      const misplaced = found.filter(({ name = "" }) => !known.has(name));
      const [first] = misplaced;
      if (!first || !known.has("help")) return undefined;
      const moved = new Set(
        misplaced.flatMap(({ start, end }) => [start, end]),
      );
      const line = [
        "krakend-watch",
        ...args.filter((_, i) => moved.has(i)),
        ...args.filter((_, i) => !moved.has(i)),
      ].map(quote).join(" ");
      return new UsageError(
        `"${
          args[first.start]
        }" is an option of krakend-watch and no flag of krakend ${subcommand}, so it belongs before the command: ${line}`,
      );
    },
  };
}

/**
 * Returns the flags that a help text of krakend's lists: long names and
 * letters, without dashes.
 */
export function flagsIn(help: string): Set<string> {
  const flags = new Set<string>();
  let isList = false;
  for (const line of help.split("\n")) {
    // An empty line ends a list; flags in examples are none.
    if (!line.startsWith(" ")) isList = /^(?:Global )?Flags:\s*$/.test(line);
    const flag = isList && /^ +(?:-(\w), +)?--([\w-]+)/.exec(line);
    if (!flag) continue;
    for (const name of flag.slice(1)) if (name) flags.add(name);
  }
  return flags;
}

/** The programs of Linux and macOS begin so: ELF, a script, Mach-O for one architecture and for several. */
const MAGIC_NUMBERS = ["7f454c46", "2321", "cffaedfe", "cafebabe"];

/** Where {@linkcode findKrakend} searches. */
export interface KrakendSources {
  /** The option `--krakend`. */
  readonly option: string | undefined;
  /** The words of the command, which may begin with a path to krakend. */
  readonly command: readonly string[];
  readonly env: Environment;
}

/**
 * Finds the krakend program: that of the option, of the command, of
 * KRAKEND_BIN, or else `krakend` on PATH.
 *
 * @returns Its absolute path.
 * @throws {FatalError} If it is not there (127) or cannot be run (126).
 */
export function findKrakend({ option, command, env }: KrakendSources): string {
  const path = krakendPathOf(command);
  const [name, source] = option
    ? [option, "--krakend"]
    : path
    ? [path, "the command"]
    : env["KRAKEND_BIN"]
    ? [env["KRAKEND_BIN"], "KRAKEND_BIN"]
    : ["krakend", "PATH"];
  const candidates = candidatesFor(name, env["PATH"]);
  // A name that somebody gave may be meant as a path, too.
  if (source !== "PATH") candidates.push(absolute(name));
  const program = runnable(candidates);
  if (program) return program;
  throw new FatalError(
    `Cannot find "${name}" (from ${source}): install KrakenD, or name its program with --krakend PATH or KRAKEND_BIN`,
    127,
  );
}

/**
 * Finds a program as a shell does, by a path or by a name that is on PATH.
 *
 * @param path The variable PATH; without it, only a path is found.
 * @returns Its absolute path.
 * @throws {FatalError} If it is not there (127) or cannot be run (126).
 */
export function findProgram(name: string, path: string | undefined): string {
  const program = name && runnable(candidatesFor(name, path));
  if (program) return program;
  const place = isPath(name) ? "" : " on PATH";
  const nearest = nearestSubcommand(name);
  const hint = nearest ? `; did you mean krakend's "${nearest}"?` : "";
  throw new FatalError(`Cannot find the program "${name}"${place}${hint}`, 127);
}

function candidatesFor(name: string, path = ""): string[] {
  if (isPath(name) || /^\.\.?$/.test(name)) return [absolute(name)];
  return path.split(":").filter(Boolean).map((it) => absolute(`${it}/${name}`));
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

/**
 * Returns the first candidate that can be run; undefined if there is none at all.
 *
 * @throws {FatalError} If there are some, but none that can be run.
 */
function runnable(candidates: readonly string[]): string | undefined {
  let error: FatalError | undefined;
  for (const path of candidates) {
    const problem = problemOf(path);
    if (problem === undefined) return path;
    if (problem === "missing") continue;
    error ??= new FatalError(`Cannot run "${path}": ${problem}`, 126);
  }
  if (error) throw error;
  return undefined;
}

/** Returns why a file cannot be run; undefined if it can. */
function problemOf(path: string): string | undefined {
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) return "it is a folder";
    if (!info.isFile) return "it is not a file";
    if (!mayExecute(info)) return "it is not executable (chmod +x)";
    // The system would give a file of another kind to /bin/sh.
    const magic = magicOf(path);
    return magic === undefined ||
        MAGIC_NUMBERS.some((it) => magic.startsWith(it))
      ? undefined
      : "it is neither a program nor a script with #!";
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return "missing";
    return error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : messageOf(error);
  }
}

/** Whether this user may execute a file, as far as its mode shows. Our further groups are not known. */
function mayExecute({ mode, uid }: Deno.FileInfo): boolean {
  const user = Deno.uid();
  const bits = user === 0 ? 0o111 : user === uid ? 0o100 : 0o011;
  return ((mode ?? bits) & bits) !== 0;
}

/** Returns the first bytes; undefined for a program that may be executed and not be read. */
function magicOf(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(4);
    return bytes.subarray(0, file.readSync(bytes) ?? 0).toHex();
  } catch {
    return undefined;
  }
}

/**
 * Returns the environment for commands of other programs: ours without our own
 * variables, and without what the Deno CLI adds where there is no Node.js: a
 * folder with a `node` at the head of PATH (`ensure_node_on_path` in its source).
 */
export function childEnvironment(env: Environment): Record<string, string> {
  const { DENO_NODE_SHIM_ACTIVE: isShimActive, ...rest } = env;
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || name.startsWith(VARIABLE_PREFIX)) continue;
    child[name] = value;
  }
  const [first, ...path] = env["PATH"]?.split(":") ?? [];
  if (isShimActive && first?.endsWith("/node_compat_bin")) {
    if (path.length > 0) child["PATH"] = path.join(":");
    else delete child["PATH"];
  }
  return child;
}

/**
 * Returns the environment for gateways and checks. KrakenD takes each KRAKEND_X
 * for its key `x`, so KRAKEND_BIN is not in it either.
 */
export function gatewayEnvironment(env: Environment): Record<string, string> {
  const { KRAKEND_BIN: _, ...child } = childEnvironment(env);
  return child;
}
