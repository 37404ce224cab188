/**
 * Words among which to choose, as a sentence has them.
 *
 * @module
 */

// The one of Britain writes no comma before the last "or".
const FORMAT = new Intl.ListFormat("en-GB", { type: "disjunction" });

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  return FORMAT.format(words);
}
