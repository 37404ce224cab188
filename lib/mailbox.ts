/** A queue between those who post messages at any time, and the one loop that takes them in their order. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #messages: T[] = [];
  #arrival = Promise.withResolvers<void>();

  /** Adds a message. */
  post(message: T): void {
    this.#messages.push(message);
    this.#arrival.resolve();
  }

  /** Yields the messages, for ever. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, never> {
    while (true) {
      while (this.#messages.length > 0) yield this.#messages.shift() as T;
      this.#arrival = Promise.withResolvers();
      await this.#arrival.promise;
    }
  }
}
