/**
 * Process groups: the gateway and whatever it started, as one thing.
 *
 * Windows has no such groups, and no signals: there, a program is ended
 * together with those that it has started and that still run, at once. Only a
 * program with a console of its own could ask it to leave first, by Ctrl-Break.
 *
 * @module
 */

import process from "node:process";

/** The operating system, as far as processes go. */
export interface ProcessSystem {
  readonly os: typeof Deno.build.os;
  /** Sends a signal to a process, or to a group by its negative number. Throws if there is none. */
  kill(pid: number, signal: Deno.Signal): void;
  /** Whether a process is there, or a member of a group. */
  exists(pid: number): boolean;
  /** Runs a program to its end. Throws if it cannot be run. */
  run(program: string, args: readonly string[]): void;
}

const POLL_MS = 10;
/** How long to wait for a process that was killed and is still there, in milliseconds. */
const LAST_WAIT_MS = 5_000;

/**
 * Sends a signal to all processes of a group. Does nothing if there is none left.
 *
 * @param leader The process id of the group's leader.
 */
export function signalGroup(
  leader: number,
  signal: Deno.Signal,
  system: ProcessSystem = REAL_SYSTEM,
): void {
  try {
    if (system.os !== "windows") system.kill(-leader, signal);
    else if (signal === "SIGTERM" || signal === "SIGKILL") {
      system.run("taskkill", ["/T", "/F", "/PID", String(leader)]);
    }
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound ||
      error instanceof TypeError;
    // A program with more rights than ours goes on; that must not end us.
    const isForbidden = error instanceof Deno.errors.PermissionDenied;
    if (!isGone && !isForbidden) throw error;
  }
}

/**
 * Waits until no process of the group is left, and kills what stays too long.
 *
 * @param graceMs How long the processes may stay, in milliseconds.
 */
export async function groupGone(
  leader: number,
  graceMs: number,
  system: ProcessSystem = REAL_SYSTEM,
): Promise<void> {
  const deadline = performance.now() + graceMs;
  let isKilled = false;
  while (await isGroupAlive(leader, system)) {
    const now = performance.now();
    if (!isKilled && now >= deadline) {
      signalGroup(leader, "SIGKILL", system);
      isKilled = true;
    }
    // Nothing more can be done about it.
    if (now >= deadline + LAST_WAIT_MS) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function isGroupAlive(
  leader: number,
  { os, exists }: ProcessSystem,
): Promise<boolean> {
  // Who has started the others that may be left is forgotten with the leader.
  if (os === "windows") return false;
  if (!exists(-leader)) return false;
  // A zombie whose parent never waits for it counts as a member for ever.
  return os !== "linux" || await hasLivingMember(leader);
}

/** Reads the process table for a member of the group that is no zombie. */
async function hasLivingMember(leader: number): Promise<boolean> {
  for (const pid of await processes()) {
    try {
      const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
      // The program's name stands in parentheses and may hold any character.
      const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(group) === leader && state !== "Z" && state !== "X") {
        return true;
      }
    } catch {
      // It left while we were looking.
    }
  }
  return false;
}

/** The processes that can be seen; none where /proc is not mounted. */
async function processes(): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir("/proc"));
    return entries.map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

const REAL_SYSTEM: ProcessSystem = {
  os: Deno.build.os,
  kill: (pid, signal) => Deno.kill(pid, signal),
  exists(pid) {
    try {
      // Signal 0 asks whether anybody is there; Deno.kill() has no such signal.
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  },
  run(program, args) {
    new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync();
  },
};
