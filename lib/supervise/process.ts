/**
 * A gateway as a process that leaves nothing behind.
 *
 * @module
 */

import { groupGone, signalGroup } from "../process_group.ts";

/** What to run. */
export interface ProcessSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The working folder. */
  readonly cwd: string;
  /** How long processes may stay that the program left behind, in milliseconds. */
  readonly graceMs: number;
}

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/** A process in a group of its own. */
export interface Process {
  readonly pid: number;
  /** Resolves when the process and everything that it started is gone. */
  readonly exited: Promise<Exit>;
  /** Asks the whole group to leave. */
  terminate(): void;
  /** Ends the whole group. */
  kill(): void;
}

/**
 * Starts a process with our own output streams, in a session and process group of its own.
 *
 * @throws If the program cannot be started.
 */
export function startProcess(spec: ProcessSpec): Process {
  const child = new Deno.Command(spec.program, {
    args: [...spec.args],
    cwd: spec.cwd,
    env: { ...spec.env },
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const { pid } = child;
  return {
    pid,
    exited: wholeExit(child, spec.graceMs),
    terminate: () => signalGroup(pid, "SIGTERM"),
    kill: () => signalGroup(pid, "SIGKILL"),
  };
}

async function wholeExit(
  child: Deno.ChildProcess,
  graceMs: number,
): Promise<Exit> {
  const exit = await exitOf(child);
  // What a gateway leaves behind may hold its port.
  signalGroup(child.pid, "SIGTERM");
  await groupGone(child.pid, graceMs);
  return exit;
}

/** Deno rejects for an end that it cannot name, such as a real-time signal. */
async function exitOf(child: Deno.ChildProcess): Promise<Exit> {
  try {
    const { code, signal } = await child.status;
    return { code, signal };
  } catch {
    return { code: 1, signal: null };
  }
}
