/**
 * Finds programs as a shell does.
 *
 * @module
 */

import { access, constants } from "node:fs/promises";
import { resolve } from "@std/path";

/** A program, or why the file that stands there is none that can be run. */
export interface FoundProgram {
  /** Absolute. */
  readonly path: string;
  readonly fault: string | undefined;
}

/** Where to look for a program. */
export interface FindProgramOptions {
  /** The folders of PATH, as the variable has them. */
  path: string | undefined;
  /** Whether a name without a slash may also mean a file of the working folder. */
  mayBeHere?: boolean;
  /** The system whose ways of naming programs hold. */
  os?: typeof Deno.build.os | undefined;
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
 * Finds a program by a name that is looked for on PATH, or by a path to it.
 *
 * @returns The first one that can be run; else the first one that cannot;
 * undefined if there is none.
 */
export async function findProgram(
  name: string,
  { path = "", mayBeHere = false, os = Deno.build.os }: FindProgramOptions,
): Promise<FoundProgram | undefined> {
  const isPath = /[/\\]/.test(name);
  const candidates = isPath ? [] : searchPath(name, { path, os });
  if (isPath || mayBeHere) candidates.push(resolve(name));
  let first: FoundProgram | undefined;
  for (const path of candidates) {
    const fault = await faultOf(path);
    if (fault === undefined) return { path, fault };
    if (fault !== "missing") first ??= { path, fault };
  }
  return first;
}

/** The variable PATH, which Windows writes "Path", and does not care. */
export function pathOf(
  env: Readonly<Record<string, string | undefined>>,
  os: typeof Deno.build.os = Deno.build.os,
): string | undefined {
  if (os !== "windows") return env["PATH"];
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH");
  return name && env[name];
}

function searchPath(
  name: string,
  { path, os }: { path: string; os: typeof Deno.build.os },
): string[] {
  const isWindows = os === "windows";
  return path.split(isWindows ? ";" : ":").filter(Boolean).flatMap((folder) =>
    isWindows
      ? [resolve(folder, `${name}.exe`), resolve(folder, name)]
      : [resolve(folder, name)]
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
      : String(error);
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
