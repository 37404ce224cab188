/**
 * Marks the lines of a program's output, as reflex does.
 *
 * @module
 */

import type { Decoration } from "../decoration.ts";

/** What stands before and after each line. Reflex counts its commands; here is one, number 0. */
const MARKS: Record<Decoration, readonly [string, string]> = {
  none: ["", ""],
  plain: ["[00] ", ""],
  fancy: ["\x1b[01;32m[00] ", "\x1b[m"],
};

/** A line that gets longer than this is cut, in bytes. */
const LONGEST_LINE = 1_048_576;

const NEWLINE = 0x0a;

/** Marks lines, however they are cut into chunks. */
export class Marker {
  readonly #before: Uint8Array;
  readonly #after: Uint8Array;
  /** A line whose end has not come yet. */
  #rest: Uint8Array[] = [];
  #length = 0;

  constructor(decoration: Decoration) {
    const encoder = new TextEncoder();
    const [before, after] = MARKS[decoration];
    this.#before = encoder.encode(before);
    this.#after = encoder.encode(`${after}\n`);
  }

  /** The lines that are whole with this chunk, marked. */
  mark(chunk: Uint8Array): Uint8Array {
    const marked: Uint8Array[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end >= 0;
      end = chunk.indexOf(NEWLINE, start)
    ) {
      this.#keep(chunk.subarray(start, end));
      marked.push(this.#line());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    if (this.#length > LONGEST_LINE) marked.push(this.end());
    return concat(marked);
  }

  /** The last line, marked, if its end never came. */
  end(): Uint8Array {
    return this.#length > 0 ? this.#line() : new Uint8Array();
  }

  #keep(part: Uint8Array): void {
    this.#rest.push(part);
    this.#length += part.length;
  }

  #line(): Uint8Array {
    const line = concat([this.#before, ...this.#rest, this.#after]);
    this.#rest = [];
    this.#length = 0;
    return line;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
