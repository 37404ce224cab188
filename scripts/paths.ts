/**
 * The places of this checkout that scripts and tests use.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

const inCheckout = (path: string) =>
  fromFileUrl(new URL(`../${path}`, import.meta.url));

/** The checkout itself. */
export const ROOT = inCheckout("");
/** The program's source. */
export const MAIN = inCheckout("main.ts");
/** The module that each build replaces by one of its own. */
export const BUILD_MODULE = inCheckout("lib/build.ts");
/** The import map that `deno task std` has chosen. */
export const IMPORT_MAP = inCheckout(".cache/std/import_map.json");
/** Where the files of a build go. */
export const DIST = inCheckout("dist");
/** What `deno task bundle` writes. */
export const BUNDLE = inCheckout("dist/krakend-watch.js");
/** What is beside it, on Linux. */
export const KEEPER = inCheckout("dist/krakend-watch-keeper");
/** The documents that `deno task docs` writes. */
export const DOC = inCheckout("doc");
/** The source of the gateway for tests. */
export const GATEWAY_SOURCE = inCheckout("scripts/gateway");
/** Things that can be made again; git ignores it. */
export const CACHE = inCheckout(".cache");
