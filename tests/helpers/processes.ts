/**
 * Looking at processes from outside.
 *
 * @module
 */

import { join } from "@std/path";

/** Whether a process runs; one that ended and that nobody waited for does not (Linux). */
export async function isRunning(pid: number): Promise<boolean> {
  return !/^[ZX]?$/.test(await stateOf(pid));
}

/** How Linux calls the state of a process, as T for one that is stopped; "" if there is none. */
export async function stateOf(pid: number): Promise<string> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    return stat.charAt(stat.lastIndexOf(")") + 2);
  } catch {
    return "";
  }
}

/** Returns the child of a process whose command line holds a text (Linux). */
export function childOf(pid: number, text: string): number | undefined {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return children.trim().split(" ").map(Number).find((child) => {
    try {
      return Deno.readTextFileSync(`/proc/${child}/cmdline`).includes(text);
    } catch {
      return false;
    }
  });
}

/** The command lines of the processes that run in a folder, or name it (Linux). */
export function processesOf(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = Deno.readTextFileSync(`/proc/${name}/cmdline`)
        .replaceAll("\0", " ");
      const isThere = Deno.readLinkSync(`/proc/${name}/cwd`) === folder;
      // One that has ended has no command line any more.
      return line && (isThere || line.includes(folder)) ? [line] : [];
    } catch {
      return [];
    }
  });
}

/** Whether a process has asked the kernel for file system events (Linux). */
export function hasInotify(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  return [...Deno.readDirSync(folder)].some(({ name }) => {
    try {
      return Deno.readLinkSync(`${folder}/${name}`).includes("inotify");
    } catch {
      return false;
    }
  });
}

/** Writes a shell script that can be run, and returns its path. */
export async function writeScript(
  folder: string,
  name: string,
  body: string,
): Promise<string> {
  const path = join(folder, name);
  const draft = `${path}.draft`;
  await Deno.writeTextFile(draft, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  // What a test that runs beside this one starts may inherit a file that is
  // open for writing, and nobody could run that. So another process writes it.
  if (!await succeeds("cp", draft, path)) {
    throw new Error(`Cannot copy ${path}`);
  }
  await Deno.remove(draft);
  return path;
}

/** The numbers of the processes that krakend-watch says it has started (with -v). */
export function startedPids(lines: readonly string[]): number[] {
  return lines.flatMap((line) => {
    const pid = /gateway started \(process (\d+)\)/.exec(line)?.[1];
    return pid ? [Number(pid)] : [];
  });
}

/** Whether a program is there and ends well. */
export async function succeeds(
  program?: string,
  ...args: string[]
): Promise<boolean> {
  try {
    const command = new Deno.Command(program ?? "false", {
      args,
      stdin: "null",
    });
    return (await command.output()).success;
  } catch {
    return false;
  }
}
