/**
 * How the time of a function grows with its input.
 *
 * @module
 */

import { assert } from "@std/assert";

const FACTOR = 16;
const ROUNDS = 5;
/** Of a time that grows with the square, the ratio is near to FACTOR; of a linear one, near to 1. */
const MOST = 5;

/**
 * Expects that one input takes about as long as 16 inputs of a 16th of its
 * size. Both take as long then, so a busy machine disturbs both alike.
 *
 * @param prepare Returns the function to measure, for a size.
 * @param size That of a small input.
 */
export async function assertLinear(
  prepare: (size: number) => () => unknown,
  size: number,
): Promise<void> {
  const [small, large] = [prepare(size), prepare(FACTOR * size)];
  let ratio = Infinity;
  for (let round = 0; round < ROUNDS && ratio >= MOST; round++) {
    const parts = await timeOf(async () => {
      for (let i = 0; i < FACTOR; i++) await small();
    });
    ratio = Math.min(ratio, await timeOf(large) / parts);
  }
  assert(ratio < MOST, `${FACTOR} times as much took ${ratio * FACTOR} times`);
}

async function timeOf(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
