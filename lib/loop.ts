/**
 * Loops: what is run for a change makes the next one.
 *
 * @module
 */

/** So many runs in a row for the same files are no accident. */
export const MANY_RUNS = 10;
/** A run counts as caused by the one before if it follows within this and the settle time, in milliseconds. */
const REACTION_MS = 500;

/** Notices a command or a gateway that changes the files it runs for. */
export class LoopDetector {
  readonly #settleMs: number;
  #paths = "";
  #endedAt = -Infinity;
  #runs = 0;

  /** @param settleMs Files must not change for so long before they count, in milliseconds. */
  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Returns whether this run is the one that makes it too many. */
  isEndless({ paths, startedAt, endedAt }: {
    /** What has changed. */
    readonly paths: readonly string[];
    /** By performance.now(). */
    readonly startedAt: number;
    /** By performance.now(); of a gateway, when it serves. */
    readonly endedAt: number;
  }): boolean {
    const key = paths.join("\n");
    const follows = key === this.#paths &&
      startedAt - this.#endedAt < this.#settleMs + REACTION_MS;
    this.#runs = follows ? this.#runs + 1 : 1;
    this.#paths = key;
    this.#endedAt = endedAt;
    return this.#runs === MANY_RUNS;
  }
}
