/**
 * The licences and notices of others: the long ones from Debian's packages.
 *
 * @module
 */

import { join } from "@std/path";
import { unpack, unpackedVersion } from "../static/debian.ts";
import { LIBRARY_PACKAGES, type Package } from "../static/packages.ts";
import { sha256Of } from "./checksums.ts";
import { Unavailable } from "../static/errors.ts";

/** Texts that every Debian and its children have, with their sums. */
const COMMON: Readonly<Record<string, { path: string; sha256: string }>> = {
  "LGPL-2.1": {
    path: "/usr/share/common-licenses/LGPL-2.1",
    sha256: "dc626520dcd53a22f727af3ee42c770e56c97a64fe3adb063799d8ab032fe551",
  },
  "GPL-3": {
    path: "/usr/share/common-licenses/GPL-3",
    sha256: "3972dc9744f6499f0f9b2dbf76696f2ae7ad8af9b23dde66d6af86c9dfb36986",
  },
};

const [LIBC, LIBGCC] = LIBRARY_PACKAGES.x86_64 as [Package, Package];

/** Where libgcc_s's notice is, for all that is made from the same source. */
const GCC_BASE: Package = {
  name: "gcc-12-base",
  version: LIBGCC.version,
  sha256: "1896a2aacf4ad681ff5eacc24a5b0ca4d5d9c9b9c9e4b6de5197bc1e116ea619",
};

/** Versions of the Debian packages that the static step takes libraries from. */
export interface LibraryVersions {
  readonly libc: string;
  readonly libgcc: string;
}

/** The versions that are pinned. */
export const PINNED_VERSIONS: LibraryVersions = {
  libc: LIBC.version,
  libgcc: LIBGCC.version,
};

/** Returns the versions that are taken: newer ones, if the archive has the pinned ones no more. */
export async function libraryVersions(): Promise<LibraryVersions> {
  const [libc = "", libgcc = ""] = await Promise.all(
    (await unpack([LIBC, LIBGCC], "amd64")).map(unpackedVersion),
  );
  return { libc, libgcc };
}

/**
 * Reads the text of a licence.
 *
 * @throws {Unavailable} If it is not on this machine, or another one.
 */
export async function readCommonLicense(name: string): Promise<string> {
  const wanted = COMMON[name];
  if (!wanted) throw new Error(`There is no licence "${name}"`);
  const { path, sha256 } = wanted;
  let bytes;
  try {
    bytes = await Deno.readFile(path);
  } catch {
    throw new Unavailable(
      `the text of ${name} is missing: there is no ${path}`,
    );
  }
  const actual = await sha256Of(bytes);
  if (actual === sha256) return new TextDecoder().decode(bytes);
  throw new Unavailable(`${path} is another text: its SHA-256 is ${actual}`);
}

/** A licence in this folder, which no package of Debian's has. */
export function readLicense(file: string): Promise<string> {
  return Deno.readTextFile(new URL(file, import.meta.url));
}

/** The notices of glibc's authors, as Debian has gathered them. */
export function readGlibcNotice(): Promise<string> {
  return readCopyright(LIBC);
}

/** The exception that lets libgcc_s be combined with any program. */
export async function readGccException(): Promise<string> {
  const text = await readCopyright(GCC_BASE);
  const title = "GCC RUNTIME LIBRARY EXCEPTION";
  const start = text.indexOf(`${title}\n`);
  const last = "requirements of the license of GCC.";
  const end = text.indexOf(last, start);
  if (start >= 0 && end >= 0) return text.slice(start, end + last.length);
  throw new Error(`Cannot find the "${title}" in ${GCC_BASE.name}'s notice`);
}

async function readCopyright(it: Package): Promise<string> {
  // The text is the same for all architectures.
  const [folder = ""] = await unpack([it], "amd64");
  return await Deno.readTextFile(
    join(folder, "usr", "share", "doc", it.name, "copyright"),
  );
}
