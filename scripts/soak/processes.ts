/**
 * Processes as Linux shows them, for what must not stay behind.
 *
 * @module
 */

/** A process that has not been waited for. */
export interface Process {
  readonly pid: number;
  /** Of no other process, since numbers are used again. */
  readonly id: string;
  readonly parent: number;
  /** With spaces between the words; empty for a zombie. */
  readonly commandLine: string;
  /** Its working folder; empty if that is unknown. */
  readonly cwd: string;
}

/** Returns all processes. */
export function allProcesses(): Process[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = attempt(() => Deno.readTextFileSync(`/proc/${name}/stat`));
    // The program's name stands in parentheses and can hold any character.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (!fields || fields[0] === "X") return [];
    const words = attempt(() => Deno.readTextFileSync(`/proc/${name}/cmdline`));
    return [{
      pid: Number(name),
      // With the time of its start.
      id: `${name} ${fields[19]}`,
      parent: Number(fields[1]),
      commandLine: words?.replaceAll("\0", " ").trim() ?? "",
      cwd: attempt(() => Deno.readLinkSync(`/proc/${name}/cwd`)) ?? "",
    }];
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
  return attempt(() => [...Deno.readDirSync(folder)])
    ?.flatMap(({ name }) =>
      attempt(() => Deno.readLinkSync(`${folder}/${name}`)) ?? []
    ) ?? [];
}

/** Sends a signal to a process, if it is there. */
export function send(pid: number, signal: Deno.Signal): void {
  attempt(() => Deno.kill(pid, signal));
}

/** Returns undefined if the process has just ended. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
