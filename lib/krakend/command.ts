/**
 * The command that krakend-watch is given: krakend's own command line as krakend
 * reads it, the program that runs it, and its environment.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import {
  type Environment,
  findNearest,
  quote,
  readTokens,
  type Token,
} from "../cli/options.ts";
import {
  OPTIONS,
  type OptionSpec,
  SUBCOMMANDS,
  VARIABLE_PREFIX,
} from "../cli/table.ts";
import { FatalError, messageOf, UsageError } from "../errors.ts";

const NAMES = SUBCOMMANDS.map(({ name }) => name);

/** The subcommands that have a configuration or a plugin for input, and end. */
const CHECKS = ["check", "validate", "audit", "test-plugin"];

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
 * @returns The arguments for krakend, of which the first is the subcommand, and no service if that does its work once, such as `version`.
 * @throws {UsageError} If the words are no command of krakend's, or one that needs a configuration file and has none.
 */
export function parseCommand(words: readonly string[], env: Environment) {
  const { KRAKEND_CONFIG } = env;
  const given = words.length > 0
    ? words
    : ["run", "-c", KRAKEND_CONFIG || "krakend.json", "-d"];
  // The official image takes the name of the program or does without.
  const args = isKrakend(given[0]) ? given.slice(1) : given;
  const [subcommand = "help"] = args;
  if (NAMES.includes(subcommand)) {
    return { args, service: serviceOf(subcommand, args) };
  }
  const meant = isConfigFile(subcommand)
    ? `run -c ${subcommand}`
    : findNearest(subcommand, NAMES);
  const hint = meant ? `did you mean "${meant}"? Or ` : "";
  const names = NAMES.join(", ");
  throw new UsageError(
    `Unknown command "${subcommand}": ${hint}write a command of krakend, such as run -c krakend.json (krakend knows ${names}); a command of another program comes after --`,
  );
}

function serviceOf(
  subcommand: string,
  args: readonly string[],
): Service | undefined {
  const isCheck = CHECKS.includes(subcommand);
  const tokens = tokensOf(args);
  const isService = isCheck || subcommand === "run";
  if (!isService || lastOf(tokens, "help")) return undefined;
  const words = tokens.filter(({ name, text }) => !name && text !== "--")
    .map(({ text = "" }) => text);
  const plugins = subcommand === "test-plugin" ? words.slice(1) : [];
  const configFile = plugins[0] ?? lastOf(tokens, "config")?.text;
  if (configFile) {
    const port = Number(lastOf(tokens, "port")?.text);
    return { configFile, port: port > 0 ? port : undefined, isCheck, plugins };
  }
  // Of a check, krakend's complaint is all that there is.
  if (isCheck) return undefined;
  throw new UsageError(
    `krakend ${subcommand} needs a configuration file: add -c FILE, such as run -c krakend.json`,
  );
}

/**
 * Splits the arguments of krakend, of which the first is the subcommand.
 *
 * @param others Options that krakend has not; names and letters that it has, too, are krakend's.
 */
function tokensOf(
  args: readonly string[],
  others: readonly OptionSpec[] = [],
): Token[] {
  const subcommand = SUBCOMMANDS.find(({ name }) => name === args[0]);
  return [...readTokens(args, [...subcommand?.options ?? [], ...others])];
}

/** Returns the flag that counts: of several, pflag takes the last. */
function lastOf(tokens: readonly Token[], name: string): Token | undefined {
  return tokens.findLast(({ spec }) => spec?.name === name);
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
  return /\/|^\.\.?$/.test(word);
}

function isConfigFile(word: string): boolean {
  return /\.(?:json|ya?ml|toml|tmpl)$/i.test(word);
}

/**
 * Refuses options of ours behind the command, where krakend would refuse them at
 * every start.
 *
 * @param readHelp Returns the help of the subcommand: krakend may have more flags than we know. Asked only if there is a suspect.
 * @throws {UsageError} With the corrected line, if krakend lists its flags and none of this name.
 */
export async function refuseMisplaced(
  args: readonly string[],
  readHelp: () => Promise<string>,
): Promise<void> {
  const suspects = tokensOf(args, OPTIONS).filter(({ start, spec, text }) =>
    spec && OPTIONS.includes(spec) &&
    // One that shares its dash with others cannot be moved.
    (text || /^-(?:.|-.*)$/s.test(args[start] ?? ""))
  );
  if (suspects.length === 0) return;
  const known = flagsIn(await readHelp());
  const misplaced = suspects.filter(({ name = "" }) => !known.has(name));
  const [subcommand] = args;
  const [first] = misplaced;
  if (!first || !known.has("help")) return;
  const moved = new Set(misplaced.flatMap(({ start, end }) => [start, end]));
  const line = [
    "krakend-watch",
    ...args.filter((_, i) => moved.has(i)),
    ...args.filter((_, i) => !moved.has(i)),
  ].map(quote).join(" ");
  const option = args[first.start];
  throw new UsageError(
    `"${option}" is an option of krakend-watch and no flag of krakend ${subcommand}, so it belongs before the command: ${line}`,
  );
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

/**
 * Finds the krakend program: that of the option, of the command, of
 * KRAKEND_BIN, or else `krakend` on PATH.
 *
 * @returns Its absolute path.
 * @throws {FatalError} If it is not there (127) or cannot be run (126).
 */
export function findKrakend({ option, command, env }: {
  readonly option: string | undefined;
  readonly command: readonly string[];
  readonly env: Environment;
}): string {
  const [first = ""] = command;
  const [name, source] = option
    ? [option, "--krakend"]
    : isKrakend(first) && isPath(first)
    ? [first, "the command"]
    : env["KRAKEND_BIN"]
    ? [env["KRAKEND_BIN"], "KRAKEND_BIN"]
    : ["krakend", "PATH"];
  const { PATH = "" } = env;
  // A name that the user gave may be meant as a path, too.
  const path = source === "PATH" ? PATH : `${PATH}:.`;
  const advice =
    `Cannot find "${name}" (from ${source}): install KrakenD, or name its program with --krakend PATH or KRAKEND_BIN`;
  return findProgram(name, path, advice);
}

/**
 * Finds a program as a shell does, by a path or by a name that is on PATH.
 *
 * @param path The variable PATH; without it, only a path is found.
 * @param advice The message if it is not there.
 * @returns Its absolute path.
 * @throws {FatalError} If it is not there (127) or cannot be run (126).
 */
export function findProgram(name: string, path = "", advice?: string): string {
  const places = isPath(name) ? [""] : path.split(":").filter(Boolean);
  let problem: string | undefined;
  for (const place of name ? places : []) {
    const file = resolve(place, name);
    const reason = problemOf(file);
    if (reason === undefined) return file;
    if (reason !== MISSING) problem ??= `Cannot run "${file}": ${reason}`;
  }
  if (problem) throw new FatalError(problem, 126);
  const nearest = findNearest(name, NAMES);
  const hint = nearest ? `; did you mean krakend's "${nearest}"?` : "";
  const where = isPath(name) ? "" : " on PATH";
  throw new FatalError(
    advice ?? `Cannot find the program "${name}"${where}${hint}`,
    127,
  );
}

const MISSING = "it is not there";

/** The programs of Linux and macOS begin so: ELF, a script, Mach-O for one architecture and for several. */
const MAGIC_NUMBERS = ["7f454c46", "2321", "cffaedfe", "cafebabe"];

/** Returns why a file cannot be run; undefined if it can, as far as its mode and first bytes show. */
function problemOf(path: string): string | undefined {
  try {
    const { isFile, isDirectory, mode } = Deno.statSync(path);
    if (isDirectory) return "it is a folder";
    if (!isFile) return "it is not a file";
    if (((mode ?? 0o111) & 0o111) === 0) {
      return "it is not executable (chmod +x)";
    }
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return isMissing ? MISSING : messageOf(error);
  }
  return isProgram(path)
    ? undefined
    : "it is neither a program nor a script with #!";
}

/**
 * Whether a file begins as a program does: the system would give another one to
 * /bin/sh. One that may be executed and not be read is believed.
 */
function isProgram(path: string): boolean {
  const bytes = new Uint8Array(4);
  try {
    using file = Deno.openSync(path);
    file.readSync(bytes);
  } catch {
    return true;
  }
  const magic = bytes.toHex();
  return MAGIC_NUMBERS.some((it) => magic.startsWith(it));
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
    child[name] = name === "PATH" && isShimActive
      ? value.replace(/^[^:]*\/node_compat_bin(?::|$)/, "")
      : value;
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
