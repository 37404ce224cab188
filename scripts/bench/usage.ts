/**
 * What processes use, as Linux counts it.
 *
 * @module
 */

/** The kernel counts processor time in these, per second. */
const TICKS = 100;

/** Returns the processor time of a process so far, without its children, in milliseconds. */
export function cpuMsOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 1_000 / TICKS;
}

/** The same, finer, for a process that does next to nothing. */
export function idleCpuMsOf(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].reduce((sum, { name }) => {
    const [ns] = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`)
      .split(" ");
    return sum + Number(ns) / 1e6;
  }, 0);
}

/** Returns the resident memory of a process, in megabytes. */
export function memoryMbOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

/** Returns a process and all that it has started. */
export function treeOf(pid: number): number[] {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  const pids = children.trim().split(" ").filter(Boolean).map(Number);
  return [pid, ...pids.flatMap(treeOf)];
}
