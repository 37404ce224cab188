/**
 * Paths as people and commands get them.
 *
 * @module
 */

import { relative } from "@std/path/posix";
import { BASE } from "./watched.ts";

/** Returns a path relative to the working folder if it is in there, with a "/" at the end of a folder. */
export function nameOf(path: string): string {
  const name = path.startsWith(`${BASE === "/" ? "" : BASE}/`)
    ? relative(BASE, path)
    : path;
  try {
    return Deno.statSync(path).isDirectory ? `${name}/` : name;
  } catch {
    return name;
  }
}
