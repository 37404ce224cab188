/**
 * What several unit tests need from the outside world.
 *
 * @module
 */

import { deadline } from "@std/async";

export { until } from "../../scripts/lab/until.ts";
export { isRunning, writeScript } from "../helpers/processes.ts";

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
