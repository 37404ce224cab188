/**
 * What several unit tests need from the outside world.
 *
 * @module
 */

import { deadline } from "@std/async";
import { join } from "@std/path";

export { until } from "../../scripts/lab/until.ts";

/** How long a condition may take to become true, in milliseconds: far longer than it ever takes. */
const PATIENCE_MS = 10_000;

/** Runs a test in a folder of its own, whose path holds no links. */
export async function withFolder(
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Waits for a promise.
 *
 * @param what What it promises, as the sentence that a failure prints.
 * @throws {Error} If it stays unsettled.
 */
export async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  try {
    return await deadline(promise, PATIENCE_MS);
  } catch (error) {
    const isLate = error instanceof DOMException &&
      error.name === "TimeoutError";
    throw isLate ? new Error(`Waited in vain until ${what}`) : error;
  }
}

/** Writes a shell script that can be run, and returns its path. */
export async function writeScript(
  folder: string,
  name: string,
  body: string,
): Promise<string> {
  const path = join(folder, name);
  await Deno.writeTextFile(path, `#!/bin/sh\n${body}\n`);
  await Deno.chmod(path, 0o755);
  return path;
}

/** The numbers in a file, one per line; none if it is not there. */
export async function readNumbers(path: string): Promise<number[]> {
  try {
    const text = await Deno.readTextFile(path);
    // A line without its end is still being written.
    return text.split("\n").slice(0, -1).map(Number);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Whether a process runs; one that ended and that nobody waited for does not (Linux). */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
