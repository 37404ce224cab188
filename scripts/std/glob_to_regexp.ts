/**
 * `@std/path/posix/glob-to-regexp` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/path/posix/glob_to_regexp.js";

/** Options for {@linkcode globToRegExp}. */
export interface GlobOptions {
  /** Whether `@(a|b)` and its like are groups. */
  extended?: boolean;
  /** Whether `**` goes through folders. */
  globstar?: boolean;
  /** Whether letters match in either case. */
  caseInsensitive?: boolean;
}

/** Makes a regular expression that matches what the glob matches. */
export const globToRegExp: (glob: string, options?: GlobOptions) => RegExp =
  std.globToRegExp;
