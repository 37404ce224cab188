/**
 * "Did you mean": finds the word that was meant.
 *
 * @module
 */

import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** How many letters may be wrong in what is still taken for a misspelt word. */
const FARTHEST_TYPO = 3;

/** The word that is nearest to what was written; undefined if none is near. */
export function findNearest<T extends string>(
  written: string,
  words: readonly T[],
): T | undefined {
  // For a word of three letters, any other one is near.
  const farthest = Math.min(FARTHEST_TYPO, written.length / 2);
  const [nearest] = words
    .map((word) => ({ word, distance: levenshteinDistance(written, word) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.word;
}
