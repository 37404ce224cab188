/**
 * `@std/fmt/colors` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/fmt/colors.js";

/** Makes text cyan. */
export const cyan: (str: string) => string = std.cyan;

/** Makes text dim. */
export const dim: (str: string) => string = std.dim;

/** Makes text red. */
export const red: (str: string) => string = std.red;

/** Makes text yellow. */
export const yellow: (str: string) => string = std.yellow;

/** Takes colours and other escape sequences out of a text. */
export const stripAnsiCode: (string: string) => string = std.stripAnsiCode;
