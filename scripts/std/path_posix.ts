/**
 * `@std/path/posix` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/path/posix/mod.js";

/** Returns the last part of a path, without the suffix. */
export const basename: (path: string, suffix?: string) => string = std.basename;

/** Returns a path without its last part. */
export const dirname: (path: string) => string = std.dirname;

/** Returns a path's extension with its dot, or "". */
export const extname: (path: string) => string = std.extname;

/** Joins parts and normalises the result. */
export const join: (path: string, ...paths: string[]) => string = std.join;

/** Returns the way from one path to another. */
export const relative: (from: string, to: string) => string = std.relative;

/** Makes an absolute path of the parts, the last absolute one being the start. */
export const resolve: (...pathSegments: string[]) => string = std.resolve;
