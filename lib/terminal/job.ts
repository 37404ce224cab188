/**
 * How this process stands among the jobs of its terminal.
 *
 * @module
 */

import { REAL_SYSTEM, type TerminalSystem } from "./system.ts";

/** A process, as a terminal and a shell see it. */
interface Job {
  readonly parent: number;
  readonly group: number;
  /** Undefined where the system does not tell. */
  readonly session: number | undefined;
  /** The group that may read from its terminal; none if it is 0 or less. */
  readonly foreground: number;
}

/**
 * Whether this process may read from its terminal and set its modes: another
 * one that does is stopped by SIGTTIN or SIGTTOU.
 */
export function isInForeground(system: TerminalSystem = REAL_SYSTEM): boolean {
  // A console of Windows belongs to all of its programs.
  if (system.os === "windows") return true;
  if (!system.hasTerminal()) return false;
  const job = readJob(system.pid, system);
  return job !== undefined && job.foreground > 0 &&
    job.group === job.foreground;
}

/**
 * Whether somebody is there who could continue this process if it stopped, as
 * a shell does. The kernel does not stop the others by Ctrl-Z either (man 3
 * setpgid, orphaned process groups).
 */
export function canBeContinued(system: TerminalSystem = REAL_SYSTEM): boolean {
  if (system.os === "windows" || !system.hasTerminal()) return false;
  const self = readJob(system.pid, system);
  if (!self) return false;
  for (let pid = self.parent; pid > 0;) {
    const job = readJob(pid, system);
    if (!job) return false;
    if (job.group !== self.group) {
      return self.session === undefined
        ? pid > 1
        : job.session === self.session;
    }
    pid = job.parent;
  }
  return false;
}

function readJob(pid: number, system: TerminalSystem): Job | undefined {
  try {
    return system.os === "linux"
      ? parseStat(system.readText(`/proc/${pid}/stat`))
      : parsePs(
        system.outputOf("ps", [
          "-o",
          "ppid=",
          "-o",
          "pgid=",
          "-o",
          "tpgid=",
          "-p",
          String(pid),
        ]),
      );
  } catch {
    return undefined;
  }
}

/** Reads `/proc/PID/stat` (man 5 proc_pid_stat). */
function parseStat(text: string): Job {
  // The program's name stands in parentheses and may hold any character.
  const [, parent, group, session, , foreground] = numbersIn(
    text.slice(text.lastIndexOf(")") + 1),
  );
  return jobOf({ parent, group, session, foreground });
}

function parsePs(text: string): Job {
  const [parent, group, foreground] = numbersIn(text);
  return jobOf({ parent, group, session: undefined, foreground });
}

function numbersIn(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}

function jobOf(
  { parent = 0, group = 0, session, foreground = 0 }: {
    [Key in keyof Job]: Job[Key] | undefined;
  },
): Job {
  return { parent, group, session, foreground };
}
