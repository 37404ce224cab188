/**
 * Waiting for something that can be seen, instead of sleeping for luck.
 *
 * @module
 */

import { delay } from "@std/async";

/** Options for {@linkcode until}. */
export interface UntilOptions {
  /** When to give up, in milliseconds. */
  withinMs?: number;
  /** What to show when the deadline is missed. */
  evidence?: () => string;
}

const INTERVAL_MS = 5;

/**
 * Waits until a condition holds.
 *
 * @param sentence What is waited for, such as `the gateway serves /v2`.
 * @throws {Error} If it does not hold within the deadline.
 */
export async function until(
  sentence: string,
  condition: () => boolean | Promise<boolean>,
  options: UntilOptions = {},
): Promise<void> {
  const { withinMs = 20_000, evidence } = options;
  const deadline = performance.now() + withinMs;
  while (!await condition()) {
    if (performance.now() > deadline) {
      const shown = evidence ? `\n${evidence()}` : "";
      throw new Error(
        `Waited ${withinMs} ms in vain until ${sentence}${shown}`,
      );
    }
    await delay(INTERVAL_MS);
  }
}

/**
 * Makes sure that a condition holds all the time: what must not happen can
 * only be seen by looking for longer than it would take.
 *
 * @param sentence What must hold, such as `the gateway is not restarted`.
 * @param ms For how long to look, in milliseconds.
 * @throws {Error} If it does not hold once.
 */
export async function holds(
  sentence: string,
  condition: () => boolean | Promise<boolean>,
  ms: number,
  { evidence }: Pick<UntilOptions, "evidence"> = {},
): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!await condition()) {
      const shown = evidence ? `\n${evidence()}` : "";
      throw new Error(`It does not hold that ${sentence}${shown}`);
    }
    await delay(INTERVAL_MS);
  }
}
