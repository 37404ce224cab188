/**
 * Processes: a gateway, or the command of another program, with all that it
 * has started.
 *
 * @module
 */

import { type Child, startChild } from "../child.ts";
import { messageOf } from "../errors.ts";
import { type Sink, STDOUT, writeWhole } from "../output.ts";
import { allProcesses } from "../proc.ts";
import { pause } from "../timer.ts";
import type { Exit } from "./supervisor.ts";

/** What to start. */
export interface ProcessSpec extends Child {
  readonly cwd: string;
  /** How long those that the program has started may outlive it, in milliseconds. */
  readonly shutdownMs: number;
  /** Marks a line of its output; without it, the output is not touched. */
  readonly decorate?: ((line: string) => string) | undefined;
}

/** A process that was started. */
export interface Process {
  readonly pid: number;
  /** Resolves when it has ended, and with it all that it has started. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to it and to all that it has started. */
  signal(signal: Deno.Signal): void;
}

/** The longest line that is marked once, in characters. */
const LONGEST_LINE = 65_536;
/** Time between two scans for what a program has started, in milliseconds, at first and at most. */
const POLL_MS = 10;
const LONGEST_POLL_MS = 200;
/** What SIGKILL does not end by then is another user's, in milliseconds. */
const KILL_MS = 1_000;
/** A stream that somebody else still holds is read for so long after the exit, in milliseconds. */
const LAST_OUTPUT_MS = 500;

/**
 * Starts a process in a session of its own, so that Ctrl-C reaches it only
 * through the supervisor. Its standard streams are ours, whatever they are: a
 * pipe through this process costs a busy gateway a quarter of its throughput.
 *
 * @throws If the program cannot be started.
 */
export function startProcess(spec: ProcessSpec): Process {
  const { decorate } = spec;
  const output = decorate ? "piped" : "inherit";
  const child = startChild(spec, {
    detached: true,
    stdin: "null",
    stdout: output,
    stderr: output,
  });
  const { pid } = child;
  const passing = decorate && Promise.all([
    passOn(child.stdout, STDOUT, decorate),
    passOn(child.stderr, Deno.stderr, decorate),
  ]);
  return {
    pid,
    exited: wholeExit(child, spec.shutdownMs, passing),
    signal: (signal) => signalGroup(pid, signal),
  };
}

/**
 * Sends a signal to a process group.
 *
 * @returns Whether there is one; a zombie counts.
 */
export function signalGroup(leader: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(-leader, signal);
    return true;
  } catch (error) {
    // A program with more rights than ours goes on.
    return error instanceof Deno.errors.PermissionDenied;
  }
}

/** Returns how a child ended. Never rejects. */
export async function exitOf(
  child: Pick<Deno.ChildProcess, "status">,
): Promise<Exit> {
  try {
    const { code, signal } = await child.status;
    return signal ? { code, signal } : { code };
  } catch (error) {
    // Deno has no name for a real-time signal.
    const number = /^Invalid signal: (\d+)$/.exec(messageOf(error))?.[1];
    return { code: number ? 128 + Number(number) : 1 };
  }
}

async function wholeExit(
  child: Deno.ChildProcess,
  shutdownMs: number,
  passing: Promise<unknown> | undefined,
): Promise<Exit> {
  const exit = await exitOf(child);
  // Its children may hold the port.
  if (signalGroup(child.pid, "SIGTERM")) await groupEnd(child.pid, shutdownMs);
  if (passing) await Promise.race([passing, pause(LAST_OUTPUT_MS)]);
  return exit;
}

/** Resolves when no member of a process group is alive that we can end; after `shutdownMs` they get SIGKILL. */
async function groupEnd(leader: number, shutdownMs: number): Promise<void> {
  const killAt = performance.now() + shutdownMs;
  let ms = POLL_MS;
  // SIGCONT changes nothing, and cannot be sent to a group without members.
  while (signalGroup(leader, "SIGCONT") && membersOf(leader).length > 0) {
    const now = performance.now();
    if (now >= killAt + KILL_MS) return;
    if (now >= killAt) signalGroup(leader, "SIGKILL");
    await pause(ms = Math.min(ms * 1.2, LONGEST_POLL_MS));
  }
}

/** Returns the processes of a group that have not ended; the leader where they cannot be known. */
export function membersOf(leader: number): number[] {
  return allProcesses()
    ?.filter(({ group, hasEnded }) => group === leader && !hasEnded)
    .map(({ pid }) => pid) ?? [leader];
}

/** Passes lines on, each one marked. */
async function passOn(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  sink: Sink,
  decorate: (line: string) => string,
): Promise<void> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let rest = "";
  const write = (lines: readonly string[]) => {
    const text = lines.map((line) => `${decorate(line)}\n`).join("");
    return writeWhole(encoder.encode(text), sink);
  };
  try {
    for await (const chunk of source) {
      const text = rest + decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      // A line without an end is passed on in parts.
      if (rest.length > LONGEST_LINE) {
        lines.push(rest);
        rest = "";
      }
      if (!await write(lines)) return;
    }
    if (rest) await write([rest]);
  } catch {
    // A stream that breaks has ended.
  }
}
