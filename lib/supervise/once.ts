/**
 * Commands that do their work and end, such as `krakend check`.
 *
 * @module
 */

import { endOf, exitCodeOf } from "../system/exit.ts";
import type { Signals } from "./signals.ts";

/** What to run. */
export interface OnceSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a command with our own streams, and passes signals on to it.
 *
 * @returns Its exit code, or 128+n if signal n ended it.
 */
export async function runOnce(
  spec: OnceSpec,
  signals: Pick<Signals, "handle">,
): Promise<number> {
  const child = new Deno.Command(spec.program, {
    args: [...spec.args],
    env: { ...spec.env },
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  signals.handle((signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has just left by itself.
    }
  });
  return exitCodeOf(await endOf(child));
}
