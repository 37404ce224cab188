/**
 * What a process has used of the processor, on Linux.
 *
 * @module
 */

/** The kernel counts processor time in these, per second. */
const TICKS = 100;

/** Processor time of a process so far, without its children, in milliseconds. */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 1_000 / TICKS;
}

/** Memory of its own that a process holds, in megabytes. */
export async function memoryMbOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}
