/**
 * The files that our standard output and standard error go to, as in
 * `krakend-watch run > gateway.log`. They are no inputs.
 *
 * @module
 */

import { infoOf, parentOf } from "./paths.ts";

const FILES = ["/dev/fd/1", "/dev/fd/2"].flatMap((path) => {
  const info = infoOf(path);
  return info?.isFile ? [{ path, dev: info.dev, ino: info.ino }] : [];
});

/** Returns whether a file is one of them, whatever its path. */
export function isOwnOutput({ dev, ino }: Deno.FileInfo): boolean {
  return FILES.some((file) => file.dev === dev && file.ino === ino);
}

/**
 * Their folders (Linux). An event for each line of an access log would nearly
 * double the processor time of a request.
 */
export const OWN_OUTPUT_FOLDERS: ReadonlySet<string> = new Set(
  FILES.flatMap(({ path }) => {
    try {
      return [parentOf(Deno.readLinkSync(path))];
    } catch {
      return [];
    }
  }),
);
