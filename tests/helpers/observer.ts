/**
 * A watcher at work, and what it has posted.
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";
import type { Input, Snapshot } from "../../lib/watch/snapshot.ts";
import { Watcher, type WatcherOptions } from "../../lib/watch/watcher.ts";

/** An interval for tests in which events alone must do, in milliseconds. */
export const NEVER_MS = 3_600_000;

/** A tree that holds all JSON files. */
export const JSON_FILES = {
  key: "json",
  accepts: (path: string, isDirectory: boolean) =>
    !isDirectory && path.endsWith(".json"),
  excludesFolder: (path: string) => path === ".git",
  isLazy: false,
};

/** Notes what a watcher posts until it is disposed of. */
export class Observer implements AsyncDisposable {
  readonly watcher: Watcher;
  /** All snapshots, in order. */
  readonly snapshots: Snapshot[] = [];
  readonly troubles: string[] = [];

  constructor(inputs: readonly Input[], options: Partial<WatcherOptions> = {}) {
    this.watcher = new Watcher(inputs, {
      sweepMs: NEVER_MS,
      onSnapshot: (snapshot) => this.snapshots.push(snapshot),
      onTrouble: (message) => this.troubles.push(message),
      ...options,
    });
  }

  get latest(): Snapshot | undefined {
    return this.snapshots.at(-1);
  }

  digest(path: string): string | undefined {
    return this.latest?.files.get(path)?.digest;
  }

  /** Waits until a condition holds, and shows what was posted if it does not. */
  until(sentence: string, condition: () => boolean): Promise<void> {
    const evidence = () =>
      Deno.inspect({ posted: this.latest, troubles: this.troubles });
    return until(sentence, condition, { evidence });
  }

  /** Waits for the first snapshot. */
  async begins(): Promise<Snapshot> {
    await this.until("there is a snapshot", () => this.latest !== undefined);
    return this.latest as Snapshot;
  }

  /** Does something, and waits until a file has another digest. */
  async sees(path: string, act: () => Promise<unknown>): Promise<void> {
    await this.begins();
    const before = this.digest(path);
    await act();
    await this.until(`${path} changes`, () => this.digest(path) !== before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watcher[Symbol.asyncDispose]();
  }
}

/** Takes the snapshot that a new watcher would take. */
export async function snapshotOf(inputs: readonly Input[]): Promise<Snapshot> {
  await using observer = new Observer(inputs, { pollMs: NEVER_MS });
  return await observer.begins();
}
