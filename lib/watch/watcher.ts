/**
 * The first stage: tells whenever the content of an input is another.
 *
 * @module
 */

import { FolderEvents } from "./events.ts";
import { foldersOf } from "./folders.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { Wakeup } from "./wakeup.ts";

/** Options for {@linkcode Watcher}. */
export interface WatcherOptions {
  /** Time between two looks when no event comes, in milliseconds. */
  sweepMs: number;
  /** Called when events cannot be had, once until they are back. */
  onTrouble: (error: unknown) => void;
  /** Ends the watching. */
  signal: AbortSignal;
}

/** Watches files by events and, for what these miss, by a look at regular intervals. */
export class Watcher implements AsyncIterable<Snapshot> {
  readonly #paths: readonly string[];
  readonly #options: WatcherOptions;
  readonly #wakeup = new Wakeup();
  #latest: Snapshot | undefined;
  /** How often a look found another content than the one before it. */
  #changes = 0;

  /** @param paths The files, absolute. */
  constructor(paths: readonly string[], options: WatcherOptions) {
    this.#paths = paths;
    this.#options = options;
  }

  /** Looks at the files now, without waiting for a hint. What it finds is yielded too. */
  async look(): Promise<Snapshot> {
    const snapshot = await takeSnapshot(this.#paths, this.#latest);
    if (snapshot.digest !== this.#latest?.digest) {
      this.#changes++;
      this.#wakeup.ring();
    }
    return this.#latest = snapshot;
  }

  /** Yields the state of the files at once, and again after every change of content. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Snapshot> {
    const { sweepMs, onTrouble, signal } = this.#options;
    const ring = () => this.#wakeup.ring();
    const events = new FolderEvents({ onHint: ring, onTrouble });
    signal.addEventListener("abort", ring);
    try {
      let yielded = 0;
      while (!signal.aborted) {
        // First the watch, then the look: what comes in between is an event.
        await events.watch(await foldersOf(this.#paths));
        const snapshot = await this.look();
        if (yielded !== this.#changes) {
          yielded = this.#changes;
          yield snapshot;
        }
        if (!signal.aborted) await this.#wakeup.wait(sweepMs);
      }
    } finally {
      signal.removeEventListener("abort", ring);
      await events.close();
    }
  }
}
