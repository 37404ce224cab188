/**
 * What packages and documents say about the project.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };

/** The version of the program and of its packages. */
export const VERSION: string = manifest.version;

/** Where the project lives; its releases are below it. */
export const HOMEPAGE = "https://github.com/krakend-watch/krakend-watch";

/** The image that a release publishes; its tags are versions of KrakenD. */
export const IMAGE = "ghcr.io/krakend-watch/krakend-watch";

/** One line without a full stop, which begins in lower case as Debian wants it. */
export const SUMMARY =
  "run a KrakenD gateway and replace it only by one that works";

/** A paragraph, for those who have found the package in a list. */
export const DESCRIPTION =
  `krakend-watch runs a KrakenD gateway, watches everything its configuration is
made of, and replaces the running gateway only by one that works. A reload
refuses no connection and drops none.`;
