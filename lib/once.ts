/**
 * `--once`, and commands of krakend that do their work and end: the command has
 * our standard streams, and its exit code is ours.
 *
 * @module
 */

import type { Control } from "./control.ts";
import { FatalError, messageOf } from "./errors.ts";
import type { Report } from "./report.ts";
import { exitOf, type ProcessSpec } from "./supervise/process.ts";

/** Options for {@linkcode runOnce}. */
export interface OnceOptions {
  readonly control: Control;
  readonly report: Report;
}

/**
 * Runs a command to its end, and passes signals on to it.
 *
 * @returns Its exit code; 128 and the number of the signal that ended it.
 * @throws {FatalError} If it cannot be started.
 */
export async function runOnce(
  spec: Pick<ProcessSpec, "program" | "args" | "env" | "cwd">,
  { control }: OnceOptions,
): Promise<number> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(spec.program, {
      args: [...spec.args],
      env: { ...spec.env },
      clearEnv: true,
      cwd: spec.cwd,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    throw new FatalError(
      `Cannot run ${spec.program}: ${messageOf(error)}`,
      126,
    );
  }
  control.listenToSignals((signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has just ended by itself.
    }
  });
  return (await exitOf(child)).code;
}
