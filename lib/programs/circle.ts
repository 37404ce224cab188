/**
 * Notices a command that changes the files it is run for.
 *
 * @module
 */

/** So many runs in a row for the same files are no accident. */
export const MANY_RUNS = 10;

/** What a command writes is noticed within this time after its end, in milliseconds. */
const REACTION_MS = 500;

/** Counts runs that follow one another at once, for the same files. */
export class Circle {
  readonly #settleMs: number;
  #paths = "";
  #endedAt = -Infinity;
  #runs = 0;

  /** @param settleMs How long files must be still before a run. */
  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /**
   * Takes a run in.
   *
   * @returns Whether it is the one that makes it too many.
   */
  add(
    paths: readonly string[],
    { startedAt, endedAt }: { startedAt: number; endedAt: number },
  ): boolean {
    const key = paths.join("\n");
    const pauseMs = startedAt - this.#endedAt;
    const follows = key === this.#paths &&
      pauseMs < this.#settleMs + REACTION_MS;
    this.#runs = follows ? this.#runs + 1 : 1;
    this.#paths = key;
    this.#endedAt = endedAt;
    return this.#runs === MANY_RUNS;
  }
}
