/**
 * The configuration file as a file: is it there, does it hold anything?
 *
 * @module
 */

import { UsageError } from "./errors.ts";
import { faultOf, type FileState } from "./watch/snapshot.ts";

/**
 * Refuses to begin without the configuration file.
 *
 * @param name The file as the user wrote it.
 * @throws {UsageError} If it is not there, or no file that can be read.
 */
export function requirePresence(
  name: string,
  state: FileState | undefined,
): void {
  const fault = state && faultOf(state);
  if (!fault) return;
  throw new UsageError(
    `Cannot use "${name}" as the configuration: ${fault}; name the file with -c FILE or KRAKEND_CONFIG`,
  );
}

/** The part of a check that needs no krakend: a file that is gone or empty starts nothing. */
export function checkPresence(state: FileState | undefined) {
  const fault = state?.isEmpty ? "it is empty" : state && faultOf(state);
  return fault ? { ok: false, message: fault } as const : { ok: true } as const;
}
