/**
 * Names of files in sentences.
 *
 * @module
 */

/** How many files are named before they are only counted. */
const MOST_NAMES = 3;

/** Names files, such as `a.c, b.c, c.c and 4 more`; nothing if there are none. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const hidden = names.length - MOST_NAMES;
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
}
