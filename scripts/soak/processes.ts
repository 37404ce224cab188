/**
 * Processes as Linux shows them, for what must not stay behind.
 *
 * @module
 */

import { ifPossible } from "../../lib/errors.ts";
import * as proc from "../../lib/proc.ts";

/** A process that has not been waited for. */
export interface Process extends proc.ProcessState {
  /** With spaces between the words; empty for a zombie. */
  readonly commandLine: string;
  /** Its working folder; empty if that is unknown. */
  readonly cwd: string;
}

/** Returns all processes. */
export function allProcesses(): Process[] {
  return (proc.allProcesses() ?? []).map((state) => {
    const folder = `/proc/${state.pid}`;
    const words = ifPossible(() => Deno.readTextFileSync(`${folder}/cmdline`));
    return {
      ...state,
      commandLine: words?.replaceAll("\0", " ").trim() ?? "",
      cwd: ifPossible(() => Deno.readLinkSync(`${folder}/cwd`)) ?? "",
    };
  });
}

/** Returns the processes among these that a process has started, and those that they have started. */
export function descendantsOf(pid: number, all: readonly Process[]): Process[] {
  const children = all.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((it) => descendantsOf(it.pid, all))];
}

/** Returns the files, sockets and others that a process has open; nothing if it is gone. */
export function descriptorsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return (ifPossible(() => [...Deno.readDirSync(folder)]) ?? [])
    .flatMap(({ name }) =>
      ifPossible(() => Deno.readLinkSync(`${folder}/${name}`)) ?? []
    );
}

/** Sends a signal to a process, if it is there. */
export function send(pid: number, signal: Deno.Signal): void {
  ifPossible(() => Deno.kill(pid, signal));
}
