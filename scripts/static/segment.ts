/**
 * The segment that is added to a file: the launcher, what it has to know, and
 * the files it brings along.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import { textAt, viewOf } from "./elf.ts";
import { StaticError } from "./errors.ts";

/** The launcher's code comes after so many bytes: see launcher.ld. */
export const HEADER_SIZE = 1024;
/** What a segment begins with. */
export const MAGIC = "KWSTATIC";

/** The fields of struct header in launcher.h, in their order. A list is an offset and a count, a file an offset, a size and the offset of its name. */
const FIELD = {
  entry: 1,
  size: 2,
  programHeaders: 3,
  fileCount: 4,
  hasPayload: 5,
  words: 6,
  variables: 8,
  masked: 10,
  files: 12,
} as const;
const MOST_FILES = 32;
const LONGEST_NAME = 64;
const FILE_ALIGN = 16;

/** A file that is brought along. */
export interface BundledFile {
  /** What it is called in messages, in the memory of the process, and in ld.so's list. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A script for the runtime, and how the runtime is started with it. */
export interface Payload {
  readonly file: BundledFile;
  /** The words before the user's arguments; "" stands for the path of the script. */
  readonly words: readonly string[];
  /** NAME=value, for the runtime only. */
  readonly variables: readonly string[];
  /** Beginnings of the variables that the runtime must not see. Capital letters. */
  readonly masked: readonly string[];
}

/** What a segment is made of. */
export interface SegmentParts {
  /** The launcher. */
  readonly code: Uint8Array;
  readonly ldSo: BundledFile;
  readonly libraries: readonly BundledFile[];
  readonly payload?: Payload;
}

/** What a segment has to know of the file it is for. */
export interface Host {
  /** The address of the segment. */
  readonly address: number;
  /** The address that the file began to run at. */
  readonly entry: number;
  /** The size of the file, in bytes. */
  readonly size: number;
  /** Its program headers as they were, as bytes. */
  readonly programHeaders: Uint8Array;
}

/** What can be read back out of a segment: what the file was like without it, and what else is not the launcher's. */
export interface Origin {
  readonly entry: number;
  readonly size: number;
  readonly programHeaders: Uint8Array;
  readonly payload?: Payload;
}

/** Rounds up to a multiple. */
export function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/**
 * Puts a segment together.
 *
 * @throws {StaticError} If there are too many libraries.
 */
export function buildSegment(
  parts: SegmentParts,
  host: Host,
  { page }: Architecture,
): Uint8Array<ArrayBuffer> {
  const { ldSo, libraries, payload } = parts;
  const files = [ldSo, ...libraries, ...(payload ? [payload.file] : [])];
  checkFiles(files);

  const writer = new Writer();
  writer.put(new Uint8Array(HEADER_SIZE));
  writer.put(parts.code);
  writer.align(8);
  const programHeadersAt = writer.put(host.programHeaders);
  const lists = [payload?.words, payload?.variables, payload?.masked]
    .map((words = []) => [writer.putTexts(words), words.length]);
  const names = files.map(({ name }) => writer.putTexts([name]));
  // On pages of their own, so that the launcher can give them back.
  writer.align(page);
  const contents = files.map(({ content }) => {
    writer.align(FILE_ALIGN);
    return writer.put(content);
  });
  writer.align(page);
  const segment = writer.bytes();

  // As FIELD has them, after the address of the header.
  const fields = [
    host.address,
    host.entry,
    host.size,
    programHeadersAt,
    files.length,
    payload ? 1 : 0,
    ...lists.flat(),
    ...files.flatMap(({ content }, i) => [
      contents[i] ?? 0,
      content.length,
      names[i] ?? 0,
    ]),
  ];
  segment.set(new TextEncoder().encode(MAGIC));
  const view = viewOf(segment);
  fields.forEach((field, i) =>
    view.setBigUint64(MAGIC.length + 8 * i, BigInt(field), true)
  );
  return segment;
}

/** Reads back what a file was like before it got a segment; undefined if this is none. */
export function readSegment(
  segment: Uint8Array,
  programHeadersSize: number,
): Origin | undefined {
  const magic = new TextDecoder().decode(segment.subarray(0, MAGIC.length));
  if (magic !== MAGIC) return undefined;
  const field = (index: number) =>
    Number(viewOf(segment).getBigUint64(MAGIC.length + 8 * index, true));
  const programHeadersAt = field(FIELD.programHeaders);
  const texts = (index: number) =>
    textsAt(segment, field(index), field(index + 1));
  const lastFile = FIELD.files + 3 * (field(FIELD.fileCount) - 1);
  const [offset, size] = [field(lastFile), field(lastFile + 1)];
  return {
    entry: field(FIELD.entry),
    size: field(FIELD.size),
    programHeaders: segment.slice(
      programHeadersAt,
      programHeadersAt + programHeadersSize,
    ),
    ...(field(FIELD.hasPayload) && {
      payload: {
        file: {
          name: textAt(segment, field(lastFile + 2)),
          content: segment.slice(offset, offset + size),
        },
        words: texts(FIELD.words),
        variables: texts(FIELD.variables),
        masked: texts(FIELD.masked),
      },
    }),
  };
}

function textsAt(bytes: Uint8Array, at: number, count: number): string[] {
  let next = at;
  return Array.from({ length: count }, () => {
    const text = textAt(bytes, next);
    next += new TextEncoder().encode(text).length + 1;
    return text;
  });
}

function checkFiles(files: readonly BundledFile[]): void {
  if (files.length > MOST_FILES) {
    throw new StaticError(
      `too many libraries: ${files.length} files to bundle, the launcher takes ${MOST_FILES} at most`,
    );
  }
  const long = files.find(({ name }) => name.length > LONGEST_NAME);
  if (long) {
    throw new StaticError(
      `a library's name is longer than ${LONGEST_NAME} letters: ${long.name}`,
    );
  }
}

/** Bytes one after the other, with gaps where they have to be aligned. */
class Writer {
  readonly #chunks: [at: number, bytes: Uint8Array][] = [];
  #size = 0;

  /** Returns where the bytes are. */
  put(bytes: Uint8Array): number {
    const at = this.#size;
    this.#chunks.push([at, bytes]);
    this.#size += bytes.length;
    return at;
  }

  /** Each ends with a NUL. */
  putTexts(texts: readonly string[]): number {
    return this.put(
      new TextEncoder().encode(texts.map((text) => `${text}\0`).join("")),
    );
  }

  align(to: number): void {
    this.#size = roundUp(this.#size, to);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.#size);
    for (const [at, bytes] of this.#chunks) result.set(bytes, at);
    return result;
  }
}
