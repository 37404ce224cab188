/**
 * Namespaces in which a program is the first process, as it is in a container.
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";
import { succeeds } from "../helpers/processes.ts";

/** Makes what follows the first process. */
export const IN_NAMESPACE = [
  "unshare",
  "--pid",
  "--fork",
  "--mount-proc",
  "--kill-child",
] as const;

const MAY = await succeeds(...IN_NAMESPACE, "true");

/** A test that needs to be the first process. */
export function testAsInit(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: name + (MAY ? "" : " (ignored: needs root, and unshare)"),
    ignore: !MAY,
    fn,
  });
}

/** The numbers, as they are here, of the processes that another has started and that run. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Waits for the first process that another starts. */
export async function firstProcess(parent: number): Promise<number> {
  let pid: number | undefined;
  await until("it has started a process", async () => {
    pid = (await childrenOf(parent))[0];
    return pid !== undefined;
  });
  return pid ?? 0;
}
