/**
 * Finds the krakend program.
 *
 * @module
 */

import { access, constants } from "node:fs/promises";
import { join, resolve } from "@std/path";
import { CommandError, messageOf } from "../errors.ts";

/** Where to look for the program. */
export interface ProgramSources {
  /** The option `--krakend`. */
  option: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** The system whose ways of naming programs hold. */
  os?: typeof Deno.build.os;
}

/** How the programs of the supported systems begin: ELF, scripts, Windows, Mach-O (thin and universal). */
const MAGIC_NUMBERS = [
  "7f454c46",
  "2321",
  "4d5a",
  "cffaedfe",
  "cafebabe",
];

/**
 * Finds the program that runs the gateway: the option, else KRAKEND_BIN, else `krakend` on PATH.
 *
 * @returns Its path.
 * @throws {CommandError} If there is none (127), or none that can be run (126).
 */
export async function findKrakend(sources: ProgramSources): Promise<string> {
  const { option, env, os = Deno.build.os } = sources;
  const [name, source] = option
    ? [option, "--krakend"]
    : env["KRAKEND_BIN"]
    ? [env["KRAKEND_BIN"], "KRAKEND_BIN"]
    : ["krakend", "PATH"];
  const candidates = /[/\\]/.test(name)
    ? [resolve(name)]
    : searchPath(name, { env, os });
  // A name that the user gave may be meant as a path, too.
  if (source !== "PATH") candidates.push(resolve(name));

  let fault: CommandError | undefined;
  for (const path of candidates) {
    const reason = await faultOf(path);
    if (reason === undefined) return path;
    if (reason !== "missing") {
      fault ??= new CommandError(`Cannot run "${path}": ${reason}`, 126);
    }
  }
  throw fault ?? new CommandError(
    `Cannot find "${name}" (from ${source}): install KrakenD, or name its ` +
      "program with --krakend PATH or KRAKEND_BIN",
    127,
  );
}

function searchPath(
  name: string,
  { env, os }: Required<Pick<ProgramSources, "env" | "os">>,
): string[] {
  const isWindows = os === "windows";
  // Windows writes it "Path", and does not care.
  const variable = isWindows
    ? Object.keys(env).find((key) => key.toUpperCase() === "PATH")
    : "PATH";
  const path = env[variable ?? "PATH"] ?? "";
  return path.split(isWindows ? ";" : ":").filter(Boolean).flatMap((folder) =>
    isWindows
      ? [join(folder, `${name}.exe`), join(folder, name)]
      : [join(folder, name)]
  );
}

/** Why a file cannot be run; undefined if it can. */
async function faultOf(path: string): Promise<string | undefined> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) return "it is a folder";
    if (!info.isFile) return "it is not a file";
    if (!await mayExecute(path)) return "it is not executable (chmod +x)";
    // The runtime would give a file of any other kind to /bin/sh.
    const magic = await readMagic(path);
    if (
      magic !== undefined && !MAGIC_NUMBERS.some((n) => magic.startsWith(n))
    ) {
      return "it is neither a program nor a script with #!";
    }
    return undefined;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return "missing";
    return error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : messageOf(error);
  }
}

/** Whether this user may execute a file; for root, too, one without any x bit is no program. */
async function mayExecute(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first bytes; undefined for a program that may be executed and not read. */
async function readMagic(path: string): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(4);
    const length = await file.read(bytes);
    return bytes.subarray(0, length ?? 0).toHex();
  } catch {
    return undefined;
  }
}
