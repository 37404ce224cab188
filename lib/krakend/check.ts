/**
 * Runs `krakend check` and other commands that end by themselves.
 *
 * @module
 */

import { type Child, startChild } from "../child.ts";
import { messageOf } from "../errors.ts";
import { exitOf, signalGroup } from "../supervise/process.ts";
import { wasRun } from "../supervise/supervisor.ts";
import { Timer } from "../timer.ts";

/** What came of a check. */
export type Check =
  | {
    readonly kind: "accepted" | "refused";
    /** Standard output and error. */
    readonly output: string;
    readonly code: number;
  }
  /** It could not be run to its end: nothing is known of the configuration. */
  | { readonly kind: "impossible"; readonly reason: string };

/** Options for {@linkcode runCheck}. */
export interface CheckOptions {
  /** Ends it early; its result is of no use then. */
  readonly signal?: AbortSignal;
  /** In milliseconds. */
  readonly timeoutMs?: number;
}

/** A check of 5,000 endpoints takes 0.6 s. */
const TIMEOUT_MS = 30_000;
/** Output beyond this is dropped, in bytes. */
const MOST_OUTPUT = 1024 * 1024;
/** What a command has written is read for so long after its exit, in milliseconds: something that it has started may hold the pipe. */
const LAST_OUTPUT_MS = 50;

/** The remedy where no file can be written. */
export const NO_ROOM = "let TMPDIR name a folder with room";
/** What Go says if the system is to blame, and not the configuration; the second of flexible configuration. */
const LACK =
  /: (no space left on device|disk quota exceeded|too many open files(?: in system)?|cannot allocate memory|resource temporarily unavailable)\s*$|(Couldn't create the temporary file)/m;

/** Runs a command to its end. Never throws. */
export async function runCheck(
  spec: Child,
  { signal, timeoutMs = TIMEOUT_MS }: CheckOptions = {},
): Promise<Check> {
  const name = `krakend ${spec.args[0] ?? ""}`;
  const impossible = (reason: string): Check => ({
    kind: "impossible",
    reason: `${name} ${reason}`,
  });
  if (signal?.aborted) return impossible("was given up");
  let child: Deno.ChildProcess;
  try {
    child = startChild(spec, {
      // The program may be a script: what it has started ends with it.
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  } catch (error) {
    return impossible(`could not be started: ${messageOf(error)}`);
  }
  const kill = () => void signalGroup(child.pid, "SIGKILL");
  let isLate = false;
  const timer = new Timer(timeoutMs, () => {
    isLate = true;
    kill();
  });
  signal?.addEventListener("abort", kill);
  const streams = [child.stdout, child.stderr].map((it) => new Capture(it));
  try {
    const exit = await exitOf(child);
    const outputs = await Promise.all(streams.map((it) => it.end()));
    kill();
    if (isLate) return impossible(`took longer than ${timeoutMs} ms`);
    if (exit.signal) return impossible(`was ended by ${exit.signal}`);
    const output = outputs.join("\n");
    if (!wasRun(exit)) {
      return impossible(`exited with code ${exit.code}: ${output.trim()}`);
    }
    const lack = exit.code === 0 ? undefined : LACK.exec(output);
    if (lack) {
      const reason = lack[1] ?? lack[2] ?? "";
      const remedy = /space|quota|temporary file/.test(reason)
        ? `: ${NO_ROOM}`
        : "";
      return impossible(`could not do its work (${reason})${remedy}`);
    }
    const kind = exit.code === 0 ? "accepted" : "refused";
    return { kind, output, code: exit.code };
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", kill);
  }
}

/** Reads a stream to its end, or until it is ended, and keeps its beginning. */
class Capture {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  readonly #reading: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
    this.#reading = this.#read();
  }

  /** Returns the text so far, and reads no more. */
  async end(): Promise<string> {
    const timer = new Timer(
      LAST_OUTPUT_MS,
      () => this.#reader.cancel().catch(() => {}),
    );
    await this.#reading;
    timer.cancel();
    return new TextDecoder().decode(await new Blob(this.#chunks).bytes());
  }

  async #read(): Promise<void> {
    try {
      for (
        let next = await this.#reader.read();
        !next.done;
        next = await this.#reader.read()
      ) {
        const room = MOST_OUTPUT - this.#size;
        if (room <= 0) continue;
        const chunk = next.value.slice(0, room);
        this.#chunks.push(chunk);
        this.#size += chunk.length;
      }
    } catch {
      // A stream that breaks has ended.
    }
  }
}
