/**
 * Reads single keys from a terminal, and gives it back as it was.
 *
 * @module
 */

import process from "node:process";
import { isInForeground } from "./job.ts";
import { Modes } from "./modes.ts";

/** The keyboard, as the system has it. */
export interface KeyboardSystem {
  /** Whether standard input is a terminal. */
  isTerminal(): boolean;
  /** Whether it may be read: a job in the background is stopped if it tries. */
  isInForeground(): boolean;
  /** What sets the modes of the terminal. */
  readonly modes: Pick<Modes, "giveKeys" | "restore">;
  /** Begins to read; from then on every text is told. */
  read(onText: (text: string) => void): void;
  /** Reads nothing until {@linkcode KeyboardSystem.read} is called again. */
  pause(): void;
}

/** Time between two looks whether a job has come to the foreground, in milliseconds: shells do not tell. */
const INTERVAL_MS = 1_000;

/** Takes the terminal while this process is in its foreground. */
export class Keyboard implements Disposable {
  readonly #onText: (text: string) => void;
  readonly #system: KeyboardSystem;
  readonly #release = () => this.release();
  #isTaken = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onText Told of every text that is typed. */
  constructor(
    onText: (text: string) => void,
    system: KeyboardSystem = REAL_KEYBOARD,
  ) {
    this.#onText = onText;
    this.#system = system;
    // A fault that nobody catches ends the program without another word.
    for (const fault of ["error", "unhandledrejection"]) {
      addEventListener(fault, this.#release);
    }
  }

  /** Whether the terminal gives us its keys. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Takes the terminal, now or as soon as we come to its foreground. Does nothing without one. */
  take(): void {
    clearTimeout(this.#timer);
    if (!this.#system.isTerminal()) return;
    if (!this.#system.isInForeground()) {
      this.#rest();
      this.#timer = setTimeout(() => this.take(), INTERVAL_MS);
      return;
    }
    try {
      // Once more after a stop, since the shell has set the modes it likes.
      this.#system.modes.giveKeys();
      if (!this.#isTaken) this.#system.read(this.#onText);
      this.#isTaken = true;
    } catch {
      // A terminal that has just gone.
    }
  }

  /** Gives the terminal back. */
  release(): void {
    clearTimeout(this.#timer);
    if (!this.#isTaken) return;
    this.#rest();
    try {
      this.#system.modes.restore();
    } catch {
      // Who has gone needs no modes.
    }
  }

  [Symbol.dispose](): void {
    this.release();
    for (const fault of ["error", "unhandledrejection"]) {
      removeEventListener(fault, this.#release);
    }
  }

  #rest(): void {
    if (this.#isTaken) this.#system.pause();
    this.#isTaken = false;
  }
}

/**
 * Node's standard input: it waits for keys without a read that hangs, which
 * would stop us when it is repeated in the background.
 */
const REAL_KEYBOARD: KeyboardSystem = {
  isTerminal: () => Deno.stdin.isTerminal(),
  isInForeground,
  modes: new Modes(),
  read(onText) {
    const { stdin } = process;
    stdin.removeAllListeners("data").removeAllListeners("error");
    stdin.on("data", (bytes) => onText(bytes.toString()));
    // The end of input is no wish to leave, and neither is a terminal's end.
    stdin.on("error", () => {});
    stdin.resume();
  },
  pause: () => void process.stdin.pause(),
};
