/**
 * `@std/text/levenshtein-distance` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/text/levenshtein_distance.js";

/** How many letters must be added, removed or replaced to make one word the other. */
export const levenshteinDistance: (str1: string, str2: string) => number =
  std.levenshteinDistance;
