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

/** Calls a function when {@linkcode Debounce.schedule} was not called for a while. */
export class Debounce implements Disposable {
  readonly #run: () => void;
  readonly #longestMs: number;
  #timer: Timer | undefined;
  #since: number | undefined;

  /** @param longestMs A series of calls puts the run off by no more than this, in milliseconds. */
  constructor(run: () => void, longestMs: number) {
    this.#run = run;
    this.#longestMs = longestMs;
  }

  /** Runs after `quietMs` without another call; at once if that is 0. */
  schedule(quietMs: number): void {
    this.#timer?.cancel();
    this.#since ??= performance.now();
    const left = this.#longestMs - (performance.now() - this.#since);
    if (quietMs <= 0 || left <= 0) return this.#fire();
    this.#timer = new Timer(Math.min(quietMs, left), () => this.#fire());
  }

  /** Forgets what was scheduled. */
  cancel(): void {
    this.#timer?.cancel();
    this.#since = undefined;
  }

  [Symbol.dispose](): void {
    this.cancel();
  }

  #fire(): void {
    this.cancel();
    this.#run();
  }
}
