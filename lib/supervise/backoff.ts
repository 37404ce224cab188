/**
 * How long to wait before a gateway that keeps leaving is started again.
 *
 * @module
 */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** By how much a pause may grow at random, so that many replicas do not come back together. */
const JITTER = 0.2;

/** A gateway that served this long, in milliseconds, has its failures forgiven. */
export const HEALTHY_MS = 10_000;

/**
 * The pause before the next start, in milliseconds: half a second, doubled
 * with every failure, half a minute at most; and up to a fifth more.
 *
 * @param failures How often in a row the gateway left unasked; 0 counts as 1.
 * @param random From 0 to 1.
 */
export function backoffMs(failures: number, random: number): number {
  const ms = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS);
  return Math.round(ms * (1 + JITTER * random));
}
