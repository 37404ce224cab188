/**
 * `@std/cli/unicode-width` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/cli/unicode_width.js";

/** Returns how many columns of a terminal a text takes. */
export const unicodeWidth: (str: string) => number = std.unicodeWidth;
