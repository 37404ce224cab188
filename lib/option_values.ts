/**
 * The values of options, read and checked.
 *
 * @module
 */

import { parseDuration } from "./duration.ts";
import { messageOf, UsageError } from "./errors.ts";
import { OPTIONS, type OptionSpec } from "./option_table.ts";

/**
 * One of a few words.
 *
 * @throws {UsageError} If it is another one.
 */
export function choice<T extends string>(
  name: string,
  given: string,
  words: readonly T[],
): T {
  const found = words.find((word) => word === given);
  if (found) return found;
  throw new UsageError(
    `Option "--${name}": got "${given}", write ${words.join(" or ")}`,
  );
}

/** A time, in milliseconds; its default if none is given. */
export function duration(name: string, given: string | undefined): number {
  const spec = OPTIONS.find((spec) => spec.name === name) as OptionSpec;
  try {
    return parseDuration(given ?? spec.default ?? "");
  } catch (error) {
    throw new UsageError(`Option "--${name}": ${messageOf(error)}`);
  }
}

/** The shortest interval that is no busy loop, in milliseconds. */
const SHORTEST_POLL_MS = 10;

/** The time between two looks, in milliseconds. */
export function pollInterval(given: string | undefined): number {
  const ms = duration("poll", given);
  if (ms >= SHORTEST_POLL_MS) return ms;
  throw new UsageError(
    `Option "--poll": cannot look every "${given}", an interval is at least ${SHORTEST_POLL_MS}ms`,
  );
}
