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

/**
 * Runs a command to its end. Never throws.
 *
 * @param signal Ends it early; its result is of no use then.
 */
export async function runCheck(
  spec: Child,
  signal?: AbortSignal,
  timeoutMs = TIMEOUT_MS,
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
  const reading = new AbortController();
  const outputs = [child.stdout, child.stderr]
    .map((it) => textOf(it, reading.signal));
  try {
    const exit = await exitOf(child);
    const last = new Timer(LAST_OUTPUT_MS, () => reading.abort());
    const output = (await Promise.all(outputs)).join("\n");
    last.cancel();
    kill();
    if (isLate) return impossible(`took longer than ${timeoutMs} ms`);
    if (exit.signal) return impossible(`was ended by ${exit.signal}`);
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

/** Reads a stream to its end, or until the signal, and keeps its beginning. */
async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let room = MOST_OUTPUT;
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      if (room > 0) chunks.push(chunk.slice(0, room));
      room -= chunk.length;
    },
  });
  // A stream that breaks has ended.
  await stream.pipeTo(sink, { signal }).catch(() => {});
  return new TextDecoder().decode(await new Blob(chunks).bytes());
}
