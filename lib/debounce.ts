import { Timer } from "./timer.ts";

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
