/**
 * Looking at processes from outside.
 *
 * @module
 */

import process from "node:process";

/** Whether a process is there. A zombie is none. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
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

/** Writes a script that can be run in the gateway's place. */
export async function writeScript(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
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
