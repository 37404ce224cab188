/**
 * What is in a folder.
 *
 * @module
 */

import { type Libc, libc, pathOf } from "./libc.ts";

/** A file, folder or anything else in a folder. */
export interface Entry {
  readonly name: string;
  /** Whether it is a folder, and no link to one. */
  readonly isDirectory: boolean;
}

const O_RDONLY = 0;
const O_CLOEXEC = 0o2000000;

/** Offsets in a `struct dirent64` (man 2 getdents64). */
const LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;
const DT_UNKNOWN = 0;
const DT_DIR = 4;
const DOT = 46;

const buffer = new Uint8Array(32_768);
const view = new DataView(buffer.buffer);
const decoder = new TextDecoder();

/**
 * Lists a folder; nothing if it cannot be read. On Linux this asks the kernel
 * itself, which takes half the time that Deno does.
 */
export function entriesOf(folder: string): readonly Entry[] {
  const library = libc();
  const entries = library && readByCalls(folder, library);
  if (entries) return entries;
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

/** Whether the name that begins here is the folder itself or the one above. */
function isDots(begin: number): boolean {
  if (buffer[begin] !== DOT) return false;
  const end = buffer[begin + 1] === DOT ? begin + 2 : begin + 1;
  return buffer[end] === 0;
}

/** Undefined if the file system does not say what is a folder. */
function readByCalls(folder: string, library: Libc): Entry[] | undefined {
  const entries: Entry[] = [];
  const descriptor = library.open(pathOf(folder), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return entries;
  const read = () =>
    Number(library.getdents64(descriptor, buffer, BigInt(buffer.length)));
  try {
    for (let size = read(); size > 0; size = read()) {
      for (let at = 0; at < size; at += view.getUint16(at + LENGTH_AT, true)) {
        const type = buffer[at + TYPE_AT];
        if (type === DT_UNKNOWN) return undefined;
        const begin = at + NAME_AT;
        if (isDots(begin)) continue;
        const name = decoder.decode(
          buffer.subarray(begin, buffer.indexOf(0, begin)),
        );
        // What is no UTF-8 cannot be named here.
        if (name.includes("\uFFFD")) continue;
        entries.push({ name, isDirectory: type === DT_DIR });
      }
    }
    return entries;
  } finally {
    library.close(descriptor);
  }
}
