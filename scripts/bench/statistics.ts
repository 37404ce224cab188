/**
 * Numbers about numbers.
 *
 * @module
 */

/** Returns the value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Returns the median of the ratios, round by round: what slows a round down slows both. */
export function medianRatio(
  values: readonly number[],
  others: readonly number[],
): number {
  return median(values.map((value, i) => value / (others[i] ?? NaN)));
}
