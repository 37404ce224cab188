/**
 * `@std/path` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/path/mod.js";

/** Returns the last part of a path, without the suffix. */
export const basename: (path: string | URL, suffix?: string) => string =
  std.basename;

/** Returns all but the last part of a path. */
export const dirname: (path: string | URL) => string = std.dirname;

/** Makes a path from a file URL. */
export const fromFileUrl: (url: string | URL) => string = std.fromFileUrl;

/** Joins parts and normalises the result. */
export const join: (path: string | URL, ...paths: string[]) => string =
  std.join;

/** Returns the way from one path to another. */
export const relative: (from: string, to: string) => string = std.relative;

/** Makes an absolute path of the parts, the last absolute one being the start. */
export const resolve: (...pathSegments: string[]) => string = std.resolve;

/** Makes a file URL from an absolute path. */
export const toFileUrl: (path: string) => URL = std.toFileUrl;
