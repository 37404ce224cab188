/**
 * Restarts that are put off, so that many replicas do not restart together.
 *
 * @module
 */

/** Options for {@linkcode Postponement}. */
export interface PostponementOptions {
  /** How long everything waits, in milliseconds. */
  restartDelayMs: number;
  /** The most that is added to that at random, in milliseconds. */
  jitterMs: number;
  /** From 0 to 1; for tests. */
  random?: () => number;
}

/** Puts one thing off at a time. */
export class Postponement {
  readonly #options: PostponementOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PostponementOptions) {
    this.#options = options;
  }

  /**
   * Does something later, or at once if nothing is to be put off. What is put
   * off already is due when it was.
   *
   * @returns In how many milliseconds; undefined if that was decided before.
   */
  run(action: () => void): number | undefined {
    const { restartDelayMs, jitterMs, random = Math.random } = this.#options;
    if (this.#timer !== undefined) return undefined;
    const ms = restartDelayMs + random() * jitterMs;
    if (ms === 0) {
      action();
      return 0;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      action();
    }, ms);
    return ms;
  }

  /** Forgets what was put off. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
