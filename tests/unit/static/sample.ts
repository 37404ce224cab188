import {
  type ProgramHeader,
  PT,
  writeProgramHeaders,
} from "../../../scripts/static/elf.ts";
import {
  HEADER_SIZE,
  type SegmentParts,
} from "../../../scripts/static/segment.ts";

const PROGRAM_HEADERS_AT = 64;
const DYNAMIC_AT = 1_024;
const STRINGS_AT = 2_048;
const SIZE = 4_096;

/** What a sample is like, where it is not like a program for x86-64 that needs libc. */
export interface Sample {
  machine?: number;
  type?: number;
  /** Types of program headers that are left out. */
  without?: readonly number[];
  /** Program headers that are added. */
  with?: readonly Partial<ProgramHeader>[];
  needed?: readonly string[];
}

/** An ELF file of 4 KiB: it is like a program, but does not run. */
export function sampleElf(sample: Sample = {}): Uint8Array<ArrayBuffer> {
  const { machine = 62, type = 3, without = [], needed = ["libc.so.6"] } =
    sample;
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  view.setBigUint64(24, 0x800n, true);
  view.setBigUint64(32, BigInt(PROGRAM_HEADERS_AT), true);

  const dynamicSize = writeDynamic(bytes, needed);
  const headers = [
    { type: PT.PHDR, offset: PROGRAM_HEADERS_AT, address: PROGRAM_HEADERS_AT },
    { type: PT.INTERP },
    {
      type: PT.LOAD,
      fileSize: SIZE,
      memorySize: SIZE + 100,
      align: 0x1000,
    },
    {
      type: PT.DYNAMIC,
      offset: DYNAMIC_AT,
      address: DYNAMIC_AT,
      fileSize: dynamicSize,
    },
    ...sample.with ?? [],
  ].filter((header) => !without.includes(header.type ?? -1));
  view.setUint16(54, 56, true);
  view.setUint16(56, headers.length, true);
  writeProgramHeaders(bytes, PROGRAM_HEADERS_AT, headers.map(complete));
  return bytes;
}

/** Parts of a segment that are of the right kind. */
export function sampleParts(libraries = 1): SegmentParts {
  const file = (name: string) => ({
    name,
    content: new Uint8Array(100).fill(7),
  });
  return {
    code: new Uint8Array(HEADER_SIZE).fill(1),
    ldSo: file("ld.so"),
    libraries: Array.from({ length: libraries }, (_, i) => file(`lib${i}.so`)),
  };
}

function complete(header: Partial<ProgramHeader>): ProgramHeader {
  return {
    type: 0,
    flags: 4,
    offset: 0,
    address: 0,
    physical: 0,
    fileSize: 0,
    memorySize: 0,
    align: 1,
    ...header,
  };
}

/** Returns the size of .dynamic, in bytes. */
function writeDynamic(bytes: Uint8Array, needed: readonly string[]): number {
  const view = new DataView(bytes.buffer);
  let strings = "\0";
  const entries = needed.map((name) => {
    const entry = [1, strings.length];
    strings += `${name}\0`;
    return entry;
  });
  entries.push([5, STRINGS_AT], [0, 0]);
  bytes.set(new TextEncoder().encode(strings), STRINGS_AT);
  entries.flat().forEach((value, i) =>
    view.setBigUint64(DYNAMIC_AT + 8 * i, BigInt(value), true)
  );
  return entries.length * 16;
}
