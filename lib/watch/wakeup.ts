/**
 * Hints come in any number; one look answers all of them.
 *
 * @module
 */

/** A bell: rung many times before anybody listens, it has rung once. */
export class Wakeup {
  #rung = false;
  #answer: (() => void) | undefined;

  /** Wakes the one who waits, or the next one who will. */
  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  /** Resolves when the bell rings, or after `timeoutMs` at the latest. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#answer = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#answer = undefined;
    this.#rung = false;
  }
}
