/**
 * Work that must be bounded, however large its input is.
 *
 * @module
 */

import { assert } from "@std/assert";

const SMALL = 3_000;
const LARGE = 100 * SMALL;
/** Reading an input once is allowed: that takes a fraction of this, in milliseconds. */
const CONSTANT_MS = 2_000;

/**
 * Asserts that a hundred times the input takes no more than a constant longer:
 * what is quadratic takes 10,000 times as long.
 *
 * @param prepare Makes the input of a size, and returns the work.
 */
export function withinAConstant(prepare: (size: number) => () => void): void {
  const [small, large] = [SMALL, LARGE].map((size) => {
    const work = prepare(size);
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  const extra = (large ?? 0) - (small ?? 0);
  assert(extra < CONSTANT_MS, `it took ${extra} ms longer`);
}
