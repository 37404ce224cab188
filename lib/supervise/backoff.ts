/**
 * How long to wait before a gateway that keeps leaving is started again.
 *
 * @module
 */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** A gateway that served this long, in milliseconds, has its failures forgiven. */
export const HEALTHY_MS = 10_000;

/**
 * The pause before the next start, in milliseconds: half a second, doubled
 * with every failure, half a minute at most.
 *
 * @param failures How often in a row the gateway left unasked; 0 counts as 1.
 */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS);
}
