/**
 * Writes events to standard error, as text or JSON. Standard output and the
 * rest of standard error are the gateway's.
 *
 * @module
 */

import { cyan, dim, red, yellow } from "@std/fmt/colors";
import {
  type Event,
  type EventRecord,
  jsonOf,
  type Level,
  recordOf,
} from "./event.ts";
import { visible } from "./redact.ts";
import { pause } from "./timer.ts";

/** Takes an event. Never throws, and never waits. */
export type Report = (event: Event) => void;

/** Options for {@linkcode Reporter}. */
export interface ReporterOptions {
  readonly verbosity: "quiet" | "normal" | "verbose";
  readonly logFormat: "text" | "json";
  readonly color: boolean;
}

const SHOWN: Readonly<Record<ReporterOptions["verbosity"], readonly Level[]>> =
  {
    quiet: ["error", "warning"],
    normal: ["error", "warning", "info"],
    verbose: ["error", "warning", "info", "debug"],
  };

const PREFIX = "krakend-watch: ";

/** Takes bytes, and returns how many it has taken. */
export interface Sink {
  write(bytes: Uint8Array): Promise<number>;
}

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
    for (
      let bytes = this.#waiting.shift();
      bytes;
      bytes = this.#waiting.shift()
    ) {
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

/** Writes events. */
export class Reporter implements AsyncDisposable {
  readonly #options: ReporterOptions;
  readonly #output: Output;
  /** The reason of the last configuration that was refused, until something else comes of one. */
  #refusal: string | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#output = new Output(Deno.stderr, (count) => {
      const reason =
        `${count} events were dropped, as standard error was not read`;
      this.write(recordOf({ event: "warning", reason }));
    });
  }

  /** Writes an event, soon. */
  write(record: EventRecord): void {
    const { verbosity, logFormat } = this.#options;
    if (!SHOWN[verbosity].includes(record.level)) return;
    const text = logFormat === "json" ? jsonOf(record) : this.#linesOf(record);
    this.#output.write(`${text}\n`);
  }

  /** Waits for what is not written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output[Symbol.asyncDispose]();
  }

  /** Lines after the first are indented. They are written at once, so that no line of the gateway's comes between them. */
  #linesOf(record: EventRecord): string {
    const { color } = this.#options;
    const { level } = record;
    const label = level === "error" || level === "warning" ? `${level}: ` : "";
    return this.#messageOf(record).split("\n").map((line, i) => {
      const text = i === 0 ? `${label}${visible(line)}` : `  ${visible(line)}`;
      return color ? paint(text, level, i) : PREFIX + text;
    }).join("\n");
  }

  /** Returns the text of an event: of a reason that it has in common with the last one, the first line is enough. */
  #messageOf(record: EventRecord): string {
    const { event, message } = record;
    if (event === "rejected") {
      const { reason } = record;
      const isRepeated = reason === this.#refusal;
      this.#refusal = reason;
      const [first] = message.split("\n");
      return isRepeated
        ? `${first}; as before: ${reason.split("\n")[0]}`
        : message;
    }
    // Who asks for a check wants to see it all.
    const isOver = ["ready", "reverted", "checked", "signal"].includes(event);
    if (isOver) this.#refusal = undefined;
    return message;
  }
}

/** Returns whether a reader was there for it. */
async function writeWhole(
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

const COLORS: Readonly<Record<Level, (text: string) => string>> = {
  error: red,
  warning: yellow,
  info: (text) => text,
  debug: dim,
};
/** The number of the line at fault in a frame, and the carets below that. */
const MARK = /^ {2}> *\d+(?= \|)|(?<=^ +\|\s+)\^+$/;

/** Colours the sentence, the mark and the carets of an error; the lines of the file stay as they are. */
function paint(text: string, level: Level, index: number): string {
  const color = COLORS[level];
  const isPlain = index > 0 && level !== "debug";
  return cyan(PREFIX) + (isPlain ? text.replace(MARK, color) : color(text));
}

/** Whether to colour what goes to standard error. */
export function wantsColor(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  // https://no-color.org and https://force-color.org: any value but an empty one counts.
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}
