/**
 * `@std/text/closest-string` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/text/closest_string.js";

/** Options for {@linkcode closestString}. */
export interface ClosestStringOptions {
  /** Whether `a` and `A` differ; they do not by default. */
  caseSensitive?: boolean;
  /** How far two words are from each other: by default, their Levenshtein distance. */
  compareFn?: (a: string, b: string) => number;
}

/**
 * Finds the word that is most like the given one.
 *
 * @throws {TypeError} If there are no words.
 */
export const closestString: (
  givenWord: string,
  possibleWords: readonly string[],
  options?: ClosestStringOptions,
) => string = std.closestString;
