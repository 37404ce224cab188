/**
 * Timers without `setTimeout`, whose first use loads Node's timers in Deno:
 * 4 ms and 4 MB. `AbortSignal.timeout` costs nothing of it.
 *
 * @module
 */

import { attempt } from "./errors.ts";

/** The longest time a timer can wait, in milliseconds: beyond it, it fires at once. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Timers that wait. */
const waiting = new Set<Timer>();
/** When the wake-ups come that were asked for: one serves all timers that are due by then. */
const wakeUps = new Set<number>();

/** Calls a function once. */
export class Timer {
  /** When it is due, by performance.now(). */
  readonly at: number;
  #run: (() => void) | undefined;

  /** @param ms Time until then, in milliseconds. */
  constructor(ms: number, run: () => void) {
    this.at = performance.now() + Math.max(0, ms);
    this.#run = run;
    waiting.add(this);
    askForWakeUp();
  }

  /** Calls it no more. */
  cancel(): void {
    this.#run = undefined;
    waiting.delete(this);
  }

  /** Calls it now. */
  fire(): void {
    this.#run?.();
  }
}

/**
 * Asks for a wake-up when the next timer is due, unless one comes before. The
 * signals of most timers would come in vain: a reload cancels half a dozen.
 */
function askForWakeUp(): void {
  const at = Math.min(...waiting.values().map((timer) => timer.at));
  if (at >= Math.min(...wakeUps)) return;
  wakeUps.add(at);
  AbortSignal.timeout(Math.ceil(Math.max(0, at - performance.now())))
    .addEventListener("abort", () => {
      wakeUps.delete(at);
      wakeUp();
    });
}

function wakeUp(): void {
  const now = performance.now();
  const due = [...waiting].filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at);
  for (const timer of due) waiting.delete(timer);
  for (const timer of due) attempt(() => timer.fire());
  askForWakeUp();
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
