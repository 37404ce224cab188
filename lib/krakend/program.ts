/**
 * Finds the krakend program.
 *
 * @module
 */

import { CommandError } from "../errors.ts";
import { findProgram, pathOf } from "../system/find_program.ts";

/** Where to look for the program. */
export interface ProgramSources {
  /** The option `--krakend`. */
  option: string | undefined;
  /** The path that the command begins with, if it begins with one. */
  command?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** The system whose ways of naming programs hold. */
  os?: typeof Deno.build.os | undefined;
}

/**
 * Finds the program that runs the gateway: the option, else the command's own
 * path, else KRAKEND_BIN, else `krakend` on PATH.
 *
 * @returns Its path.
 * @throws {CommandError} If there is none (127), or none that can be run (126).
 */
export async function findKrakend(sources: ProgramSources): Promise<string> {
  const { option, command, env, os } = sources;
  const [name, source] = option
    ? [option, "--krakend"]
    : command
    ? [command, "the command"]
    : env["KRAKEND_BIN"]
    ? [env["KRAKEND_BIN"], "KRAKEND_BIN"]
    : ["krakend", "PATH"];
  // A name that the user gave may be meant as a path, too.
  const mayBeHere = source !== "PATH";
  const found = await findProgram(name, {
    path: pathOf(env, os),
    mayBeHere,
    os,
  });
  if (found && found.fault === undefined) return found.path;
  if (found) {
    throw new CommandError(`Cannot run "${found.path}": ${found.fault}`, 126);
  }
  throw new CommandError(
    `Cannot find "${name}" (from ${source}): install KrakenD, or name its ` +
      "program with --krakend PATH or KRAKEND_BIN",
    127,
  );
}
