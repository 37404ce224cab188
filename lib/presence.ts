/**
 * The configuration file as a file: is it there, does it hold anything?
 *
 * @module
 */

import { UsageError } from "./errors.ts";
import { faultOf, type Snapshot } from "./watch/snapshot.ts";

/**
 * Refuses to begin without the configuration file.
 *
 * @param name The file as the user wrote it.
 * @throws {UsageError} If it is not there, or no file that can be read.
 */
export function requirePresence(name: string, snapshot: Snapshot): void {
  const [state] = snapshot.files.values();
  const fault = state && faultOf(state);
  if (!fault) return;
  throw new UsageError(
    `Cannot use "${name}" as the configuration: ${fault}; name the file with -c FILE or KRAKEND_CONFIG`,
  );
}

/** The part of a check that needs no krakend: a file that is gone or empty starts nothing. */
export function checkPresence(snapshot: Snapshot) {
  for (const state of snapshot.files.values()) {
    const fault = state.isEmpty ? "it is empty" : faultOf(state);
    if (fault) return { ok: false, message: fault } as const;
  }
  return { ok: true } as const;
}
