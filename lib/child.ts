/**
 * How other programs are started.
 *
 * @module
 */

import { BUILD } from "./build.ts";
import { ifPossible } from "./errors.ts";

/** A program to start. */
export interface Child {
  /** The absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Added to our own environment, which has lost what is not for all (main.ts). */
  readonly env: Readonly<Record<string, string>>;
  /** The working folder, by its path: if that is replaced, the new one counts. */
  readonly cwd?: string;
}

/**
 * Starts a program.
 *
 * The static file's launcher blocks SIGUSR1, on which Deno would open its
 * debugger; children inherit that, so they are started by the file's keeper,
 * which becomes the program with no signal blocked.
 *
 * @throws If the program cannot be started, what Deno.Command throws.
 */
export function startChild(
  { program, args, env, cwd }: Child,
  options: Pick<
    Deno.CommandOptions,
    "detached" | "stdin" | "stdout" | "stderr"
  >,
): Deno.ChildProcess {
  const [first = program, ...words] = isChanged(program)
    ? [...BUILD.child, program, ...args]
    : [program, ...args];
  try {
    return new Deno.Command(first, {
      ...options,
      args: words,
      env: { ...env },
      ...(cwd !== undefined && { cwd }),
    }).spawn();
  } catch (error) {
    if (error instanceof Error) {
      error.message = error.message.replace(`'${first}'`, `'${program}'`);
    }
    throw error;
  }
}

/** Whether signals are to be unblocked for a program. The keeper does that for itself; what cannot be run is for Deno to name. */
function isChanged(program: string): boolean {
  const [keeper] = BUILD.child;
  return keeper !== undefined && program !== keeper &&
    isExecutable(keeper) && isExecutable(program);
}

function isExecutable(path: string): boolean {
  const info = ifPossible(() => Deno.statSync(path));
  return info?.isFile === true && ((info.mode ?? 0) & 0o111) !== 0;
}
