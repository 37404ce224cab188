/**
 * Standard output and standard error, whatever is behind them.
 *
 * @module
 */

import { pause } from "./timer.ts";

/** Takes bytes, and returns how many it has taken. */
export interface Sink {
  write(bytes: Uint8Array): Promise<number>;
}

/** A full pipe takes so much or nothing, in bytes (man 7 pipe). */
const PIPE_BUF = 4_096;
const LINE_FEED = 10;

/**
 * Standard output. What it takes of a line it keeps until the end of that, and
 * an error of a full pipe does not say so: only whole lines can be tried again.
 */
export const STDOUT: Sink = {
  write(bytes) {
    const part = bytes.subarray(0, PIPE_BUF);
    const end = part.lastIndexOf(LINE_FEED) + 1;
    return Deno.stdout.write(end > 0 ? part.subarray(0, end) : part);
  },
};

/** A reader that stalls costs the texts beyond so many, in bytes. */
const MOST_WAITING = 256 * 1024;
/** At the end, a reader that stalls is waited for so long, in milliseconds. */
const LAST_WRITE_MS = 1_000;
/** Time until a full pipe is tried again, in milliseconds. */
const RETRY_MS = 5;

/** Writes texts one after the other, without ever waiting for a reader. */
export class Output implements AsyncDisposable {
  readonly #sink: Sink;
  readonly #onDropped: (count: number) => void;
  readonly #encoder = new TextEncoder();
  readonly #waiting: Uint8Array[] = [];
  #size = 0;
  #dropped = 0;
  #work: Promise<void> | undefined;

  /** @param onDropped Called when the reader is there again, with the number of texts that it has missed. */
  constructor(sink: Sink, onDropped: (count: number) => void) {
    this.#sink = sink;
    this.#onDropped = onDropped;
  }

  /** Writes a text, soon. */
  write(text: string): void {
    const bytes = this.#encoder.encode(text);
    // One that is large by itself is no reader's fault.
    if (this.#size > 0 && this.#size + bytes.length > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    this.#work ??= this.#writeAll();
  }

  /** Waits for what is not written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#work) await Promise.race([this.#work, pause(LAST_WRITE_MS)]);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const bytes = this.#waiting.shift() as Uint8Array;
      const isWritten = await writeWhole(bytes, this.#sink);
      this.#size -= bytes.length;
      // A disk that is full may have room again.
      if (!isWritten) this.#dropped++;
      else if (this.#dropped > 0 && this.#waiting.length === 0) {
        const count = this.#dropped;
        this.#dropped = 0;
        this.#onDropped(count);
      }
    }
    this.#work = undefined;
  }
}

/** Writes bytes, however long a reader stalls, and returns whether there was one. */
export async function writeWhole(
  bytes: Uint8Array,
  sink: Sink,
): Promise<boolean> {
  for (let written = 0; written < bytes.length;) {
    try {
      written += await sink.write(bytes.subarray(written));
    } catch (error) {
      // A pipe that another program has made non-blocking is full.
      if (!(error instanceof Deno.errors.WouldBlock)) return false;
      await pause(RETRY_MS);
    }
  }
  return true;
}
