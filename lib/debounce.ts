/** Calls a function when {@linkcode Debounce.schedule} was not called for a while. */
export class Debounce implements Disposable {
  readonly #run: () => void;
  readonly #longestMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since: number | undefined;

  /** @param longestMs A series of calls puts the run off by no more than this, in milliseconds. */
  constructor(run: () => void, longestMs: number) {
    this.#run = run;
    this.#longestMs = longestMs;
  }

  /** Runs after `quietMs` without another call; at once if that is 0. */
  schedule(quietMs: number): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#since ??= performance.now();
    const left = this.#longestMs - (performance.now() - this.#since);
    if (quietMs <= 0 || left <= 0) return this.#fire();
    this.#timer = setTimeout(() => this.#fire(), Math.min(quietMs, left));
  }

  /** Forgets what was scheduled. */
  cancel(): void {
    // The first use of a timer takes 4 ms: no start must wait for that.
    if (this.#timer !== undefined) clearTimeout(this.#timer);
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
