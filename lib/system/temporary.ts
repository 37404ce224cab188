/**
 * Private folders of ours, and how to know one when it turns up among the inputs.
 *
 * @module
 */

const PREFIX = "krakend-watch-";
const SUFFIX = ".tmp";
const NAME_REGEXP = /(^|\/)krakend-watch-[0-9a-f]+\.tmp(\/|$)/;

/** Works with a private folder, and removes it in any case. */
export async function withTemporaryFolder<T>(
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: PREFIX, suffix: SUFFIX });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether a path leads to such a folder or into it, of this program or another one of its kind. */
export function isTemporary(path: string): boolean {
  return NAME_REGEXP.test(path);
}
