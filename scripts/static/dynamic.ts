/**
 * What a program or a library says about the libraries it needs.
 *
 * @module
 */

import { type Elf, getUint64, offsetOf, PT, textAt, viewOf } from "./elf.ts";

const DT = { NULL: 0, NEEDED: 1, STRTAB: 5, SONAME: 14 } as const;
const ENTRY_SIZE = 16;

/** The part of .dynamic that matters. */
export interface Dynamic {
  /** The names of the libraries it needs, in its own order. */
  readonly needed: readonly string[];
  /** Its own name, if it is a library. */
  readonly soname: string | undefined;
}

/** Reads .dynamic; a file without any needs nothing. */
export function readDynamic(elf: Elf): Dynamic {
  const header = elf.programHeaders.find(({ type }) => type === PT.DYNAMIC);
  if (!header) return { needed: [], soname: undefined };
  const entries = readEntries(elf, header.offset, header.fileSize);
  const strings = entries.find(([tag]) => tag === DT.STRTAB)?.[1];
  if (strings === undefined) return { needed: [], soname: undefined };
  const texts = (wanted: number) =>
    entries.filter(([tag]) => tag === wanted).map(([, value]) =>
      textAt(elf.bytes, offsetOf(elf, strings) + value)
    );
  return { needed: texts(DT.NEEDED), soname: texts(DT.SONAME)[0] };
}

function readEntries(
  elf: Elf,
  offset: number,
  size: number,
): [tag: number, value: number][] {
  const view = viewOf(elf.bytes);
  const entries: [number, number][] = [];
  for (let at = offset; at + ENTRY_SIZE <= offset + size; at += ENTRY_SIZE) {
    const tag = Number(view.getBigUint64(at, true));
    if (tag === DT.NULL) break;
    const isText = tag === DT.NEEDED || tag === DT.STRTAB || tag === DT.SONAME;
    if (isText) entries.push([tag, getUint64(view, at + 8)]);
  }
  return entries;
}
