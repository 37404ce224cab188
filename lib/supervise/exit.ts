/**
 * How a process ended.
 *
 * @module
 */

import { constants } from "node:os";

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/** The exit code that a shell gives for an end: 128+n for signal n, 126 and 127 for what cannot be started. */
export function exitCodeOf(end: Exit | Error | undefined): number {
  if (end instanceof Deno.errors.NotFound) return 127;
  if (end === undefined || end instanceof Error) return 126;
  const { code, signal } = end;
  return signal ? 128 + constants.signals[signal as NodeJS.Signals] : code;
}
