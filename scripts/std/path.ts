/**
 * `@std/path` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/path/mod.js";

/** What stands between two names of a path on this system. */
export const SEPARATOR: "/" | "\\" = std.SEPARATOR;

/** What separates two names of a path on this system, once or several times. */
export const SEPARATOR_PATTERN: RegExp = std.SEPARATOR_PATTERN;

/** Returns the last part of a path, without the suffix. */
export const basename: (path: string | URL, suffix?: string) => string =
  std.basename;

/** Returns all but the last part of a path. */
export const dirname: (path: string | URL) => string = std.dirname;

/** Returns a path's extension with its dot, or "". */
export const extname: (path: string | URL) => string = std.extname;

/** Makes a path from a file URL. */
export const fromFileUrl: (url: string | URL) => string = std.fromFileUrl;

/** Whether a path begins at the root. */
export const isAbsolute: (path: string) => boolean = std.isAbsolute;

/** Joins parts and normalises the result. */
export const join: (path: string | URL, ...paths: string[]) => string =
  std.join;

/** Returns the way from one path to another. */
export const relative: (from: string, to: string) => string = std.relative;

/** Makes an absolute path of the parts, the last absolute one being the start. */
export const resolve: (...pathSegments: string[]) => string = std.resolve;

/** Makes a file URL from an absolute path. */
export const toFileUrl: (path: string) => URL = std.toFileUrl;
