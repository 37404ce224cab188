/**
 * Processes as Linux shows them in /proc.
 *
 * @module
 */

import { ifPossible } from "./errors.ts";

/** The state of a process (man 5 proc_pid_stat). */
export interface ProcessState {
  readonly pid: number;
  readonly parent: number;
  /** Its process group. */
  readonly group: number;
  /** Whether it has a controlling terminal. */
  readonly hasTerminal: boolean;
  /** Whether its group is in the foreground of that. */
  readonly isInForeground: boolean;
  /** Whether it has ended. A zombie has, and was not waited for. */
  readonly hasEnded: boolean;
  /** Since the boot of the machine, in ticks of its clock. */
  readonly startTime: string;
}

/** Returns the state of a process; undefined if it is gone, or there is no /proc. */
export function processState(pid: number): ProcessState | undefined {
  const stat = ifPossible(() => Deno.readTextFileSync(`/proc/${pid}/stat`));
  if (!stat) return undefined;
  // The program's name stands in parentheses and can hold any character.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent, group, , terminal, foreground] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    hasTerminal: terminal !== "0",
    isInForeground: group === foreground,
    hasEnded: "ZX".includes(state),
    startTime: fields[19] ?? "",
  };
}

/** Returns all processes; undefined if there is no /proc. */
export function allProcesses(): ProcessState[] | undefined {
  return ifPossible(() => [...Deno.readDirSync("/proc")])
    ?.map(({ name }) => Number(name))
    .flatMap((pid) => Number.isInteger(pid) ? processState(pid) ?? [] : []);
}

/** Whether this process ignores SIGHUP, as one that nohup has started. */
export function ignoresHangUp(): boolean {
  const path = "/proc/self/status";
  const status = ifPossible(() => Deno.readTextFileSync(path)) ?? "";
  const [, mask = "0"] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  return (BigInt(`0x${mask}`) & 1n) === 1n;
}

/** Whether modules of Node can be loaded: on Linux without /proc, Deno panics at them. */
export function canLoadNode(): boolean {
  return Deno.build.os !== "linux" ||
    ifPossible(() => Deno.lstatSync("/proc/self/exe")) !== undefined;
}
