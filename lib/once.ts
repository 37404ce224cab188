/**
 * `--once`, and commands of krakend that do their work and end.
 *
 * @module
 */

import type { Control } from "./control.ts";
import { FatalError, messageOf } from "./errors.ts";
import { exitOf, type ProcessSpec } from "./supervise/process.ts";

/**
 * Runs a command with our standard streams to its end, and passes signals on.
 *
 * @returns Its exit code; 128 and the number of the signal that ended it.
 * @throws {FatalError} If it cannot be started.
 */
export async function runOnce(
  spec: Pick<ProcessSpec, "program" | "args" | "env" | "cwd">,
  control: Control,
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
