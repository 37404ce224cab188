/**
 * Makes a program static by one more segment, and takes that out again.
 *
 * @module
 */

import { type Arch, ARCHITECTURES } from "./architecture.ts";
import {
  type Elf,
  parseElf,
  PF,
  PROGRAM_HEADER_SIZE,
  type ProgramHeader,
  PT,
  writeEntry,
  writeProgramHeaders,
} from "./elf.ts";
import { StaticError } from "./errors.ts";
import {
  buildSegment,
  HEADER_SIZE,
  type Origin,
  type Payload,
  readSegment,
  roundUp,
  type SegmentParts,
} from "./segment.ts";

/**
 * Looks at a program that is to be made static.
 *
 * @throws {StaticError} If it cannot be: the message says why.
 */
export function parseProgram(bytes: Uint8Array, arch: Arch): Elf {
  const elf = parseElf(bytes);
  const { machine } = ARCHITECTURES[arch];
  if (elf.machine !== machine) {
    throw new StaticError(
      `not for ${arch}: its machine is ${elf.machine}, not ${machine}`,
    );
  }
  const count = (wanted: number) =>
    elf.programHeaders.filter(({ type }) => type === wanted).length;
  if (count(PT.HIDDEN_DYNAMIC) > 0) {
    throw new StaticError("it has been made static already");
  }
  if (count(PT.INTERP) !== 1) {
    throw new StaticError(
      "no PT_INTERP: it is static already, or not a program",
    );
  }
  if (count(PT.PHDR) !== 1) {
    throw new StaticError("no PT_PHDR, which ld.so needs to find the program");
  }
  if (count(PT.DYNAMIC) !== 1) throw new StaticError("no PT_DYNAMIC");
  return elf;
}

/**
 * Adds the segment.
 *
 * @throws {StaticError} If there are too many libraries.
 */
export function patch(
  elf: Elf,
  parts: SegmentParts,
  arch: Arch,
): Uint8Array<ArrayBuffer> {
  const architecture = ARCHITECTURES[arch];
  const loads = elf.programHeaders.filter(({ type }) => type === PT.LOAD);
  const align = Math.max(architecture.page, ...loads.map((it) => it.align));
  // Both are multiples of the alignment, as the kernel wants it.
  const offset = roundUp(elf.bytes.length, align);
  const address = roundUp(
    Math.max(...loads.map((it) => it.address + it.memorySize)),
    align,
  );
  const segment = buildSegment(parts, {
    address,
    entry: elf.entry,
    size: elf.bytes.length,
    programHeaders: elf.bytes.slice(
      elf.programHeadersAt,
      elf.programHeadersAt + elf.programHeaders.length * PROGRAM_HEADER_SIZE,
    ),
  }, architecture);

  const result = new Uint8Array(offset + segment.length);
  result.set(elf.bytes);
  result.set(segment, offset);
  writeEntry(result, address + HEADER_SIZE);
  writeProgramHeaders(
    result,
    elf.programHeadersAt,
    headersWith(elf.programHeaders, {
      type: PT.LOAD,
      flags: PF.R | PF.X,
      offset,
      address,
      physical: address,
      fileSize: segment.length,
      memorySize: segment.length,
      align,
    }),
  );
  return result;
}

/** The new segment takes the place of PT_INTERP, but comes after the last one: they are sorted by address. */
function headersWith(
  headers: readonly ProgramHeader[],
  segment: ProgramHeader,
): ProgramHeader[] {
  const kept = headers.filter(({ type }) => type !== PT.INTERP)
    .map((it) =>
      it.type === PT.DYNAMIC ? { ...it, type: PT.HIDDEN_DYNAMIC } : it
    );
  const last = kept.findLastIndex(({ type }) => type === PT.LOAD);
  return kept.toSpliced(last + 1, 0, segment);
}

/** A program that was made static, taken apart. */
export interface Unpatched {
  /** The program as it was. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly payload?: Payload;
}

/**
 * Takes the segment out again, so that another one can be put in.
 *
 * @throws {StaticError} If there is none.
 */
export function unpatch(patched: Uint8Array): Unpatched {
  const elf = parseElf(patched);
  const origin = findOrigin(elf);
  if (!origin) throw new StaticError("it has not been made static here");
  const { entry, size, programHeaders, payload } = origin;
  const bytes = patched.slice(0, size);
  writeEntry(bytes, entry);
  bytes.set(programHeaders, elf.programHeadersAt);
  return { bytes, ...(payload && { payload }) };
}

function findOrigin({ bytes, programHeaders }: Elf): Origin | undefined {
  const size = programHeaders.length * PROGRAM_HEADER_SIZE;
  return programHeaders.filter(({ type }) => type === PT.LOAD)
    .map(({ offset, fileSize }) =>
      readSegment(bytes.subarray(offset, offset + fileSize), size)
    )
    .find((origin) => origin !== undefined);
}
