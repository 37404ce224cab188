/**
 * "Did you mean": finds the word that was meant.
 *
 * @module
 */

import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** How many letters may be wrong in what is still taken for a misspelt word. */
const FARTHEST_TYPO = 3;

/**
 * The word that was meant by what was written.
 *
 * @returns The nearest one, or else the only one that begins so; undefined if there is none.
 */
export function findNearest<T extends string>(
  written: string,
  words: readonly T[],
): T | undefined {
  // For a word of three letters, any other one is near.
  const farthest = Math.min(FARTHEST_TYPO, written.length / 2);
  const [nearest] = words
    .map((word) => ({ word, distance: distanceOf(written, word) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance);
  if (nearest) return nearest.word;
  const longer = words.filter((word) => word.startsWith(written));
  return written.length > 1 && longer.length === 1 ? longer[0] : undefined;
}

/** How many letters are wrong; two that changed places count as one. */
function distanceOf(written: string, word: string): number {
  const swapped = Array.from(
    { length: Math.max(0, written.length - 1) },
    (_, i) =>
      written.slice(0, i) + written.charAt(i + 1) + written.charAt(i) +
      written.slice(i + 2),
  );
  return Math.min(
    levenshteinDistance(written, word),
    ...swapped.map((other) => 1 + levenshteinDistance(other, word)),
  );
}
