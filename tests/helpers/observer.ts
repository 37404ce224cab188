/**
 * A watcher at work, and what it has seen.
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";
import type { Scope } from "../../lib/watch/scope.ts";
import type { Snapshot } from "../../lib/watch/snapshot.ts";
import { Watcher } from "../../lib/watch/watcher.ts";

/** An interval for tests in which events alone must do, in milliseconds. */
export const NEVER_MS = 3_600_000;

/** Reads a watcher until it is disposed of. */
export class Observer implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;
  latest: Snapshot | undefined;
  /** The digests of all that was seen, in order. */
  readonly digests: string[] = [];

  /** @param intervalMs Time between two looks when no event comes. */
  constructor(scope: Scope, intervalMs: number) {
    const watcher = new Watcher(scope, {
      modeOf: () => ({ usesEvents: true, trustsEvents: true, intervalMs }),
      onTrouble: (error) => {
        throw error;
      },
      signal: this.#stop.signal,
    });
    this.#end = this.#read(watcher);
  }

  content(path: string): string | undefined {
    return this.latest?.files.get(path)?.content;
  }

  /** Does something, and waits until a file is seen with another content. */
  async sees(path: string, act: () => Promise<unknown>): Promise<void> {
    await until("the first look is done", () => this.latest !== undefined);
    const before = this.content(path);
    await act();
    await until(`${path} is seen`, () => this.content(path) !== before);
  }

  async #read(watcher: Watcher): Promise<void> {
    for await (const snapshot of watcher) {
      this.latest = snapshot;
      this.digests.push(snapshot.digest);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#end;
  }
}
