/**
 * Timers without `setTimeout`, whose first use loads Node's timers in Deno:
 * 4 ms and 4 MB. `AbortSignal.timeout` costs nothing of it.
 *
 * @module
 */

/** The longest time a timer can wait, in milliseconds: beyond it, it fires at once. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Calls a function once. */
export class Timer {
  #run: (() => void) | undefined;

  /** @param ms Time until then, in milliseconds. */
  constructor(ms: number, run: () => void) {
    this.#run = run;
    AbortSignal.timeout(Math.max(0, Math.ceil(ms)))
      .addEventListener("abort", () => this.#run?.());
  }

  /** Calls it no more. */
  cancel(): void {
    this.#run = undefined;
  }
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => new Timer(ms, resolve));
}
