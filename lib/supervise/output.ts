/**
 * The output of a program: passed on, untouched unless told otherwise, and its last lines remembered.
 *
 * @module
 */

import type { Marker } from "./marker.ts";

/** Where output goes. */
export interface Sink {
  write(bytes: Uint8Array): Promise<number>;
}

/** How much of an output is remembered, in bytes. */
const MEMORY_BYTES = 16_384;
/** How long to wait for a reader that is slow and says so, in milliseconds. */
const RETRY_MS = 5;

/** The end of an output, for who wants to know what a program said last. */
export class Tail {
  #chunks: Uint8Array[] = [];
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let first = this.#chunks[0];
      first && this.#length - first.length >= MEMORY_BYTES;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#length -= first.length;
    }
  }

  /** Forgets everything, and everything that is still to come. */
  close(): void {
    this.#chunks = [];
    this.#length = 0;
    this.add = () => {};
  }

  /** The lines that are remembered; the first one may be cut. */
  get lines(): string[] {
    const decoder = new TextDecoder();
    const text = this.#chunks
      .map((chunk) => decoder.decode(chunk, { stream: true })).join("");
    return text.split("\n").map((line) => line.trimEnd()).filter(Boolean);
  }
}

/** Options for {@linkcode passOn}. */
export interface PassOnOptions {
  /** Remembers the end. */
  tail: Tail;
  /** Marks every line; without it, the output is untouched. */
  marker?: Marker | undefined;
}

/**
 * Passes a program's output on. Goes on reading when nobody takes it any more:
 * a program whose output is closed would die of it.
 */
export async function passOn(
  source: ReadableStream<Uint8Array>,
  sink: Sink,
  { tail, marker }: PassOnOptions,
): Promise<void> {
  let isOpen = true;
  try {
    for await (const chunk of source) {
      tail.add(chunk);
      isOpen &&= await writeAll(sink, marker ? marker.mark(chunk) : chunk);
    }
  } catch {
    // A stream that breaks has ended.
  }
  if (marker && isOpen) await writeAll(sink, marker.end());
}

/** Writes all bytes; false if nobody takes them. */
async function writeAll(sink: Sink, bytes: Uint8Array): Promise<boolean> {
  for (let written = 0; written < bytes.length;) {
    try {
      written += await sink.write(bytes.subarray(written));
    } catch (error) {
      // A pipe that another program has made non-blocking is full.
      if (!(error instanceof Deno.errors.WouldBlock)) return false;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return true;
}
