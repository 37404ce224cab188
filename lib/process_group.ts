/**
 * Process groups: the gateway and whatever it started, as one thing.
 *
 * @module
 */

import process from "node:process";

const POLL_MS = 10;
/** How long to wait for a process that was killed and is still there, in milliseconds. */
const LAST_WAIT_MS = 5_000;

/**
 * Sends a signal to all processes of a group. Does nothing if there is none left.
 *
 * @param leader The process id of the group's leader. Windows has no process
 * groups of this kind: there, only the leader gets the signal.
 */
export function signalGroup(leader: number, signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? leader : -leader, signal);
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
export async function groupGone(leader: number, graceMs: number) {
  const deadline = performance.now() + graceMs;
  let isKilled = false;
  while (await isGroupAlive(leader)) {
    const now = performance.now();
    if (!isKilled && now >= deadline) {
      signalGroup(leader, "SIGKILL");
      isKilled = true;
    }
    // Nothing more can be done about it.
    if (now >= deadline + LAST_WAIT_MS) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function isGroupAlive(leader: number): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  try {
    // Signal 0 asks whether anybody is there; Deno.kill() has no such signal.
    process.kill(-leader, 0);
  } catch {
    return false;
  }
  // A zombie whose parent never waits for it counts as a member for ever.
  return Deno.build.os !== "linux" || await hasLivingMember(leader);
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
