/**
 * How a process ended.
 *
 * @module
 */

import { constants } from "node:os";
import { messageOf } from "../errors.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/**
 * Waits for the end of a process.
 *
 * Deno rejects for a signal that it has no name for, such as a real-time one,
 * and tells its number: the code is the one that a shell gives then.
 */
export async function endOf(
  child: Pick<Deno.ChildProcess, "status">,
): Promise<Exit> {
  try {
    const { code, signal } = await child.status;
    return { code, signal };
  } catch (error) {
    const number = /^Invalid signal: (?<number>\d+)$/.exec(messageOf(error))
      ?.groups?.["number"];
    return { code: number ? 128 + Number(number) : 1, signal: null };
  }
}

/** The exit code that a shell gives for an end: 128+n for signal n, 126 and 127 for what cannot be started. */
export function exitCodeOf(end: Exit | Error | undefined): number {
  if (end instanceof Deno.errors.NotFound) return 127;
  if (end === undefined || end instanceof Error) return 126;
  const { code, signal } = end;
  return signal ? 128 + constants.signals[signal as NodeJS.Signals] : code;
}
