/**
 * The long licences, from where Debian keeps them.
 *
 * @module
 */

import { Unavailable } from "./unavailable.ts";

const COMMON = "/usr/share/common-licenses";

/** Reads the text of a licence. */
export async function readLicense(name: string): Promise<string> {
  const path = `${COMMON}/${name.startsWith("LGPL") ? "LGPL-2.1" : "GPL-3"}`;
  try {
    return (await Deno.readTextFile(path)).trim();
  } catch {
    throw new Unavailable(`there is no ${path}`);
  }
}
