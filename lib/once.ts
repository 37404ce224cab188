/**
 * `--once`, and commands of krakend that do their work and end.
 *
 * @module
 */

import { type Child, startChild } from "./child.ts";
import { type Control, isInForeground } from "./control.ts";
import { FatalError, ifPossible, messageOf } from "./errors.ts";
import { exitOf } from "./supervise/process.ts";

/**
 * Runs a command with our standard streams to its end, and passes signals on.
 *
 * @returns Its exit code; 128 and the number of the signal that ended it.
 * @throws {FatalError} If it cannot be started.
 */
export async function runOnce(
  spec: Child,
  control: Control,
): Promise<number> {
  let child: Deno.ChildProcess;
  try {
    child = startChild(spec, {
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
  } catch (error) {
    throw new FatalError(
      `Cannot run ${spec.program}: ${messageOf(error)}`,
      error instanceof Deno.errors.NotFound ? 127 : 126,
    );
  }
  control.listenToSignals((signal) => {
    // It is in our group, so that it has those of the terminal already.
    if (["SIGINT", "SIGQUIT"].includes(signal) && isInForeground()) return;
    // Unless it has just ended by itself.
    ifPossible(() => child.kill(signal));
  });
  return (await exitOf(child)).code;
}
