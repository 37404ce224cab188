/**
 * The newest value of a stream, for a reader that may be late.
 *
 * @module
 */

/** Reads a stream ahead and keeps only its newest value. */
export class Latest<T> {
  #value: T | undefined;
  #unread = false;
  #ended = false;
  #error: unknown;
  #arrival = Promise.withResolvers<void>();

  constructor(source: AsyncIterable<T>) {
    this.#read(source);
  }

  /** Whether a value is there that {@linkcode next} has not given yet. */
  get moved(): boolean {
    return this.#unread;
  }

  /** Whether the stream has ended or broken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when {@linkcode next} has something to say. */
  get arrival(): Promise<void> {
    return this.#arrival.promise;
  }

  /**
   * The newest value, once it is one that was not given yet; undefined when the stream has ended.
   *
   * @throws What the stream threw.
   */
  async next(): Promise<T | undefined> {
    await this.arrival;
    if (this.#error !== undefined) throw this.#error;
    if (this.#ended && !this.#unread) return undefined;
    this.#unread = false;
    if (!this.#ended) this.#arrival = Promise.withResolvers<void>();
    return this.#value;
  }

  /** Whether no value arrives for a time, in milliseconds. Resolves at once if one does. */
  async isStillFor(ms: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([pause, this.arrival]);
    clearTimeout(timer);
    return !this.#unread && !this.#ended;
  }

  async #read(source: AsyncIterable<T>): Promise<void> {
    try {
      for await (const value of source) {
        this.#value = value;
        this.#unread = true;
        this.#arrival.resolve();
      }
    } catch (error) {
      this.#error = error;
    }
    this.#ended = true;
    this.#arrival.resolve();
  }
}
