/**
 * The signals that ask the program to leave.
 *
 * @module
 */

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

/** Listens for signals from its construction to the end of the program. */
export class StopSignals {
  #early: Deno.Signal[] = [];
  #handler: ((signal: Deno.Signal) => void) | undefined;

  /**
   * The listeners are never removed: a program that is process 1 dies of the
   * next signal if they are.
   */
  constructor() {
    for (const signal of STOP_SIGNALS) {
      Deno.addSignalListener(signal, () => {
        if (this.#handler) this.#handler(signal);
        else this.#early.push(signal);
      });
    }
  }

  /** Gives every signal to the handler, those that came before it included. */
  handle(handler: (signal: Deno.Signal) => void): void {
    this.#handler = handler;
    for (const signal of this.#early.splice(0)) handler(signal);
  }
}
