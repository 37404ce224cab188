/**
 * Which libraries a program needs, and where they are taken from.
 *
 * @module
 */

import { join } from "@std/path";
import { type Arch, ARCHITECTURES } from "./architecture.ts";
import { unpack } from "./debian.ts";
import { readDynamic } from "./dynamic.ts";
import { type Elf, parseElf } from "./elf.ts";
import { StaticError } from "./errors.ts";
import { LIBRARY_PACKAGES } from "./packages.ts";
import type { BundledFile } from "./segment.ts";

/** Older ones have threads in a library of their own, which must fit to the bit. */
const OLDEST_GLIBC = [2, 34] as const;
const PRELOAD = "/etc/ld.so.preload";

/** ld.so, and what it has to load for a program. */
export interface Libraries {
  readonly ldSo: BundledFile;
  readonly libraries: readonly BundledFile[];
}

/** Reads a library by its name; undefined if there is none. */
export type FindLibrary = (name: string) => Promise<Uint8Array | undefined>;

/**
 * The folders with the libraries for an architecture: those in
 * STATIC_LIBRARIES (separated by colons), else Debian's.
 *
 * @throws {StaticError} If Debian's cannot be had.
 */
export async function libraryFolders(arch: Arch): Promise<string[]> {
  const own = Deno.env.get("STATIC_LIBRARIES");
  if (own) return own.split(":");
  const { debian, triplet } = ARCHITECTURES[arch];
  const packages = await unpack(LIBRARY_PACKAGES[arch], debian);
  return packages.flatMap((folder) =>
    ["lib", "usr/lib"].map((lib) => join(folder, lib, triplet))
  );
}

/** Finds libraries in folders; the first that has one counts. */
export function libraryFinder(folders: readonly string[]): FindLibrary {
  return async (name) => {
    for (const folder of folders) {
      try {
        return await Deno.readFile(join(folder, name));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return undefined;
  };
}

/**
 * Collects what a program needs, what that needs, and so on.
 *
 * @throws {StaticError} If one is missing, for another machine, or glibc is too old.
 */
export async function collectLibraries(
  program: Elf,
  arch: Arch,
  find: FindLibrary,
): Promise<Libraries> {
  const { ldSo: ldSoName, machine } = ARCHITECTURES[arch];
  const found = new Map<string, Uint8Array>();
  const collect = async (name: string, neededBy: string): Promise<void> => {
    if (found.has(name)) return;
    const content = await find(name);
    if (!content) {
      throw new StaticError(
        `the libraries are not complete: ${neededBy} needs ${name}, which is not among them`,
      );
    }
    const elf = parseElf(content);
    if (elf.machine !== machine) {
      throw new StaticError(`the library ${name} is not for ${arch}`);
    }
    found.set(name, content);
    for (const next of readDynamic(elf).needed) await collect(next, name);
  };
  await collect(ldSoName, "every program");
  for (const name of readDynamic(program).needed) {
    await collect(name, "the program");
  }
  checkGlibc(found.get("libc.so.6"));
  const files = [...found].map(([name, content]) => ({ name, content }));
  const isLdSo = ({ name }: BundledFile) => name === ldSoName;
  return {
    ldSo: {
      name: ldSoName,
      content: withoutPreload(found.get(ldSoName) ?? new Uint8Array()),
    },
    libraries: files.filter((file) => !isLdSo(file)),
  };
}

function checkGlibc(libc: Uint8Array | undefined): void {
  if (!libc) throw new StaticError("the program does not use glibc");
  const text = new TextDecoder("latin1").decode(libc);
  const version = /GNU C Library .*release version (\d+)\.(\d+)/.exec(text);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  const [oldestMajor, oldestMinor] = OLDEST_GLIBC;
  const isNew = major > oldestMajor ||
    major === oldestMajor && minor >= oldestMinor;
  if (!isNew) {
    throw new StaticError(
      `the glibc is too old: ${OLDEST_GLIBC.join(".")} is needed, this is ${
        version ? `${major}.${minor}` : "none that says its version"
      }`,
    );
  }
}

/**
 * Keeps ld.so from the system's /etc/ld.so.preload: what stands there is made
 * for another glibc, or for musl, and no static program loads it. One byte of
 * ld.so is changed: the name of the file becomes empty.
 */
function withoutPreload(ldSo: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(ldSo);
  const at = text.indexOf(`${PRELOAD}\0`);
  if (at < 0) {
    throw new StaticError(
      `ld.so does not name ${PRELOAD}: it is another one than expected`,
    );
  }
  const result = ldSo.slice();
  result[at] = 0;
  return result;
}
