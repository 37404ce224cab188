/**
 * How paths lie to one another.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";

/** Whether a path is a folder itself, or in it. Both absolute, without a separator at the end. */
export function isWithin(path: string, folder: string): boolean {
  const prefix = folder.endsWith(SEPARATOR) ? folder : folder + SEPARATOR;
  return path === folder || path.startsWith(prefix);
}
