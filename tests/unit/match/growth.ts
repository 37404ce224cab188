/**
 * How the time of a function grows with its input.
 *
 * @module
 */

import { assert } from "@std/assert";

const FACTOR = 8;
const ROUNDS = 7;

/**
 * Expects that an input that is 8 times as large takes about 8 times as long,
 * and not 64 times, as where the time grows with its square.
 *
 * @param prepare Returns the function to measure, for a size.
 * @param size So large that the function takes a good part of a millisecond.
 */
export function assertLinear(
  prepare: (size: number) => () => unknown,
  size: number,
): void {
  const [small, large] = [prepare(size), prepare(FACTOR * size)];
  const times = Array.from(
    { length: ROUNDS },
    () => [timeOf(small), timeOf(large)],
  );
  // The fastest round is the one that nothing has disturbed.
  const fastest = [0, 1].map((i) => Math.min(...times.map((it) => it[i] ?? 0)));
  const growth = (fastest[1] ?? 0) / (fastest[0] ?? 0);
  assert(growth < 3 * FACTOR, `${FACTOR} times as much took ${growth} times`);
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
