/**
 * What a command is run with when something has changed.
 *
 * @module
 */

import { relative } from "@std/path";
import { withChanges } from "./command_environment.ts";
import { isWithin } from "../system/paths.ts";
import { type Job, requireProgram } from "./prepare_program.ts";
import { substitute } from "./substitute.ts";
import type { ProcessSpec } from "../supervise/process.ts";

/**
 * How to run the command for files that have changed.
 *
 * @param names The files, as {@linkcode namesFor} gives them; one, if the command is about one.
 * @throws {CommandError} If the file that changed is to be run, and cannot be.
 */
export async function launchFor(
  { command, symbol, process }: Job,
  names: readonly string[],
): Promise<ProcessSpec> {
  const env = withChanges(process.env, names);
  const [path] = names;
  if (symbol === undefined || path === undefined) return { ...process, env };
  const [name = "", ...args] = substitute(command, { symbol, path });
  const isOpen = name !== command[0];
  const program = isOpen ? await requireProgram(name, env) : process.program;
  return { ...process, program, args, env };
}

/**
 * Paths as a command is told them: relative to the working folder, absolute if
 * they are not in there, and with a "/" at the end of a folder's.
 */
export function namesFor(
  paths: readonly string[],
  cwd: string,
): Promise<string[]> {
  return Promise.all(paths.map(async (path) => {
    const name = isWithin(path, cwd) ? relative(cwd, path) : path;
    return await isFolder(path) ? `${name}/` : name;
  }));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}
