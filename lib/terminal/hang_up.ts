/**
 * Tells the end of a terminal from a SIGHUP that somebody sent.
 *
 * Both are the same signal. The terminal's end takes the terminal away; so
 * SIGHUP means the end if a terminal was there a moment ago and is not now.
 * A job that its shell has left to itself, long ago, has none either.
 *
 * @module
 */

import { REAL_SYSTEM, type TerminalSystem } from "./system.ts";

/** Options for {@linkcode HangUp}. */
export interface HangUpOptions {
  /** Whether the program shall outlive its terminal, as one that nohup started. */
  isImmune: boolean;
  /** Called when a terminal ends shortly after a SIGHUP that did not look like that. */
  onEnd: () => void;
  system?: Pick<TerminalSystem, "hasTerminal">;
}

/** Time between two looks at the terminal, in milliseconds. */
const INTERVAL_MS = 1_000;
/** The same after a SIGHUP. */
const CLOSE_INTERVAL_MS = 50;
/** How long a terminal may take to follow the SIGHUP that its window sent to the shell, in milliseconds. */
const CLOSE_LOOK_MS = 2_000;
/** How long a SIGHUP may take to follow the end of the terminal, in milliseconds. */
const RECENT_MS = 1_000;

/** Keeps an eye on the controlling terminal, if there is one. */
export class HangUp implements Disposable {
  readonly #options: HangUpOptions;
  readonly #system: Pick<TerminalSystem, "hasTerminal">;
  #hasTerminal: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closeLookUntil = -Infinity;
  #endedAt = -Infinity;

  constructor(options: HangUpOptions) {
    this.#options = options;
    this.#system = options.system ?? REAL_SYSTEM;
    this.#hasTerminal = this.#system.hasTerminal();
    this.#lookLater();
  }

  /** What a SIGHUP that has just come means: that the terminal has ended, or what its sender wants. */
  receive(): "ended" | "outlived" | "sent" {
    const now = performance.now();
    this.#update();
    if (now - this.#endedAt < RECENT_MS) {
      return this.#options.isImmune ? "outlived" : "ended";
    }
    this.#closeLookUntil = now + CLOSE_LOOK_MS;
    this.#lookLater();
    return "sent";
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#hasTerminal = false;
  }

  /** Whether the terminal has ended since the last look. */
  #update(): boolean {
    if (!this.#hasTerminal || this.#system.hasTerminal()) return false;
    this.#hasTerminal = false;
    this.#endedAt = performance.now();
    return true;
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (!this.#hasTerminal) return;
    const isClose = performance.now() < this.#closeLookUntil;
    this.#timer = setTimeout(
      () => this.#look(isClose),
      isClose ? CLOSE_INTERVAL_MS : INTERVAL_MS,
    );
  }

  #look(isClose: boolean): void {
    // Without a SIGHUP, the end of a terminal is none of our business: the
    // shell has left its job to itself.
    const hasEnded = this.#update();
    if (hasEnded && isClose && !this.#options.isImmune) this.#options.onEnd();
    this.#lookLater();
  }
}
