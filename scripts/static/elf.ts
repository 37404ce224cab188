/**
 * ELF files as far as the static step needs them: 64 bits, little endian.
 *
 * @module
 */

import { StaticError } from "./errors.ts";

/** Types of program headers. */
export const PT = {
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  PHDR: 6,
  /**
   * PT_DYNAMIC of a file that has been made static. Under a type that is not in use,
   * tools such as file(1) and ldd see a static program; the launcher has the
   * old headers.
   */
  HIDDEN_DYNAMIC: 0x6b770002,
} as const;

/** What a segment may be used for. */
export const PF = { X: 1, W: 2, R: 4 } as const;

/** The size of a program header, in bytes. */
export const PROGRAM_HEADER_SIZE = 56;

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
/** The kernel reads no larger table. */
const MOST_PROGRAM_HEADERS = Math.floor(0x10000 / PROGRAM_HEADER_SIZE);
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const EXECUTABLE = 2;
const SHARED = 3;

/** Where the fields are that are read or written, in bytes from the start. */
const AT = {
  class: 4,
  endianness: 5,
  type: 16,
  machine: 18,
  entry: 24,
  programHeaders: 32,
  sections: 40,
  programHeaderSize: 54,
  programHeaderCount: 56,
  sectionCount: 60,
  sectionNames: 62,
} as const;

/** A segment, or what the kernel and ld.so have to know. Offsets, addresses and sizes are in bytes. */
export interface ProgramHeader {
  type: number;
  flags: number;
  offset: number;
  address: number;
  physical: number;
  fileSize: number;
  memorySize: number;
  align: number;
}

/** A file that has been looked at. */
export interface Elf {
  /** The whole file. */
  readonly bytes: Uint8Array;
  readonly machine: number;
  /** The address that it begins to run at. */
  readonly entry: number;
  /** Where the program headers are in the file. */
  readonly programHeadersAt: number;
  readonly programHeaders: readonly ProgramHeader[];
}

/** A view of bytes wherever they are. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads 64 bits; larger numbers than JavaScript can count to are in no file that runs. */
export function getUint64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) {
    throw new StaticError(`broken ELF file: ${value} at byte ${at}`);
  }
  return value;
}

/**
 * Reads a program or a library.
 *
 * @throws {StaticError} If it is none for 64 bits and little endian, or cut short.
 */
export function parseElf(bytes: Uint8Array): Elf {
  const isElf = bytes[0] === 0x7f &&
    String.fromCharCode(...bytes.subarray(1, 4)) === "ELF";
  if (!isElf) throw new StaticError("not an ELF file");
  if (bytes.length < HEADER_SIZE) throw truncated("the header", HEADER_SIZE);
  if (bytes[AT.class] !== CLASS_64 || bytes[AT.endianness] !== LITTLE_ENDIAN) {
    throw new StaticError("not an ELF file for 64 bits and little endian");
  }
  const view = viewOf(bytes);
  const type = view.getUint16(AT.type, true);
  if (type !== EXECUTABLE && type !== SHARED) {
    throw new StaticError(`neither a program nor a library: ELF type ${type}`);
  }
  const programHeadersAt = getUint64(view, AT.programHeaders);
  return {
    bytes,
    machine: view.getUint16(AT.machine, true),
    entry: getUint64(view, AT.entry),
    programHeadersAt,
    programHeaders: readProgramHeaders(view, programHeadersAt),
  };
}

function readProgramHeaders(view: DataView, at: number): ProgramHeader[] {
  const size = view.getUint16(AT.programHeaderSize, true);
  const count = view.getUint16(AT.programHeaderCount, true);
  if (count > 0 && size !== PROGRAM_HEADER_SIZE) {
    throw new StaticError(`broken ELF file: program headers of ${size} bytes`);
  }
  if (count > MOST_PROGRAM_HEADERS) {
    throw new StaticError(
      `too many program headers: ${count}, the kernel takes ${MOST_PROGRAM_HEADERS} at most`,
    );
  }
  const end = at + count * size;
  if (end > view.byteLength) throw truncated("the program headers", end);
  const headers = Array.from(
    { length: count },
    (_, i) => readProgramHeader(view, at + i * size),
  );
  for (const { type, offset, fileSize } of headers) {
    if (type === PT.LOAD && offset + fileSize > view.byteLength) {
      throw truncated("a segment", offset + fileSize);
    }
  }
  return headers;
}

function readProgramHeader(view: DataView, at: number): ProgramHeader {
  return {
    type: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
    offset: getUint64(view, at + 8),
    address: getUint64(view, at + 16),
    physical: getUint64(view, at + 24),
    fileSize: getUint64(view, at + 32),
    memorySize: getUint64(view, at + 40),
    align: getUint64(view, at + 48),
  };
}

/** Writes the program headers over the old ones, of which there must be as many. */
export function writeProgramHeaders(
  bytes: Uint8Array,
  at: number,
  headers: readonly ProgramHeader[],
): void {
  const view = viewOf(bytes);
  headers.forEach((header, i) => {
    const start = at + i * PROGRAM_HEADER_SIZE;
    view.setUint32(start, header.type, true);
    view.setUint32(start + 4, header.flags, true);
    [
      header.offset,
      header.address,
      header.physical,
      header.fileSize,
      header.memorySize,
      header.align,
    ].forEach((value, j) =>
      view.setBigUint64(start + 8 + 8 * j, BigInt(value), true)
    );
  });
}

/** Writes the address that the file begins to run at. */
export function writeEntry(bytes: Uint8Array, entry: number): void {
  viewOf(bytes).setBigUint64(AT.entry, BigInt(entry), true);
}

/** Where the byte of an address is in the file. */
export function offsetOf(elf: Elf, address: number): number {
  for (const header of elf.programHeaders) {
    const within = address - header.address;
    if (header.type === PT.LOAD && within >= 0 && within < header.fileSize) {
      return header.offset + within;
    }
  }
  throw new StaticError(
    `broken ELF file: address 0x${address.toString(16)} is not in it`,
  );
}

/** The text that begins at a place and ends with a NUL. */
export function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw truncated("a name", bytes.length + 1);
  return new TextDecoder().decode(bytes.subarray(at, end));
}

/** The content of a section, undefined if there is none of this name. */
export function sectionOf(elf: Elf, name: string): Uint8Array | undefined {
  const view = viewOf(elf.bytes);
  const table = getUint64(view, AT.sections);
  const range = (index: number): [number, number] => {
    const at = table + index * SECTION_HEADER_SIZE;
    return [getUint64(view, at + 24), getUint64(view, at + 32)];
  };
  const [names] = range(view.getUint16(AT.sectionNames, true));
  const count = view.getUint16(AT.sectionCount, true);
  for (let i = 0; i < count; i++) {
    const nameAt = view.getUint32(table + i * SECTION_HEADER_SIZE, true);
    if (textAt(elf.bytes, names + nameAt) !== name) continue;
    const [offset, size] = range(i);
    return elf.bytes.subarray(offset, offset + size);
  }
  return undefined;
}

function truncated(what: string, end: number): StaticError {
  return new StaticError(
    `truncated ELF file: ${what} should end at byte ${end}`,
  );
}
