/**
 * Private folders of ours, and how to know one when it turns up among the inputs.
 *
 * @module
 */

const PREFIX = "krakend-watch-";
const SUFFIX = ".tmp";
const NAME_REGEXP = /(^|\/)krakend-watch-[0-9a-f]+\.tmp(\/|$)/;

/** Makes a private folder. Who makes it removes it. */
export function makeTemporaryFolder(): Promise<string> {
  return Deno.makeTempDir({ prefix: PREFIX, suffix: SUFFIX });
}

/** Whether a path leads to such a folder or into it, of this program or another one of its kind. */
export function isTemporary(path: string): boolean {
  return NAME_REGEXP.test(path);
}
