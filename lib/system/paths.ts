/**
 * How paths lie to one another.
 *
 * @module
 */

/** Whether a system takes names that differ in case only for the same, as those of Windows and macOS do by default. */
function foldsCase(os: typeof Deno.build.os): boolean {
  return os === "windows" || os === "darwin";
}

/** Whether a path is a folder itself, or in it. Both absolute. */
export function isWithin(
  path: string,
  folder: string,
  os: typeof Deno.build.os = Deno.build.os,
): boolean {
  const inner = normalize(path, os);
  const outer = normalize(folder, os);
  const prefix = outer.endsWith("/") ? outer : `${outer}/`;
  return inner === outer || inner.startsWith(prefix);
}

function normalize(path: string, os: typeof Deno.build.os): string {
  const slashed = os === "windows" ? path.replaceAll("\\", "/") : path;
  return foldsCase(os) ? slashed.normalize("NFC").toLowerCase() : slashed;
}
