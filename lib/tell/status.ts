/**
 * The state of it all, in a word, for the title of a terminal.
 *
 * @module
 */

import type { Verdict } from "../gate.ts";
import type { Fact } from "../supervise/happening.ts";

/** Keeps the word, and shows it whenever it is another. */
export class Status {
  #word = "starting";
  readonly #show: (text: string) => void;

  /** @param show Takes the text for the title. */
  constructor(show: (text: string) => void) {
    this.#show = show;
    this.set(this.#word);
  }

  set(word: string): void {
    this.#word = word;
    this.#show(`krakend-watch: ${word}`);
  }

  /** Something happened to the gateway. */
  takeFact(fact: Fact): void {
    switch (fact.kind) {
      case "ready":
        this.set(fact.version === "kept" ? "rolled back" : "ready");
        break;
      case "silent":
        this.set("silent");
        break;
      case "exited":
      case "start failed":
        this.set("failed");
        break;
      case "abandoned":
        this.set("refused");
        break;
      case "restoring":
        this.set("rolling back");
        break;
    }
  }

  /** The gate has spoken. */
  takeVerdict({ kind }: Verdict<unknown>, isAlive: boolean): void {
    switch (kind) {
      case "approved":
        this.set(isAlive ? "restarting" : "starting");
        break;
      case "rejected":
        this.set("refused");
        break;
      case "reverted":
        this.set("ready");
        break;
      case "checked":
        if (this.#word === "refused" && isAlive) this.set("ready");
        break;
    }
  }

  /** Shows that a check runs, until it has ended. */
  async check<T>(check: Promise<T>): Promise<T> {
    this.#show("krakend-watch: checking");
    try {
      return await check;
    } finally {
      this.set(this.#word);
    }
  }
}
