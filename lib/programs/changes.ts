/**
 * What has changed, in portions that a command can run for.
 *
 * @module
 */

import { Backlog, type BacklogOptions } from "./backlog.ts";
import type { Snapshot } from "../watch/snapshot.ts";
import { Wakeup } from "../watch/wakeup.ts";

/** Files that are watched. */
export interface Watched extends AsyncIterable<Snapshot> {
  /** What the last look found. */
  readonly snapshot: Snapshot | undefined;
  /** Looks at the files now. */
  look(): Promise<Snapshot>;
}

/** Options for {@linkcode portions}. */
export interface PortionsOptions extends BacklogOptions {
  /** Told of files that change while the command runs. */
  onLateChange?: (paths: readonly string[]) => void;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** The longest time a timer can wait, in milliseconds. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Yields the paths of files that have changed and are still again. The command
 * is taken to run until the next portion is asked for; what changes meanwhile
 * is not lost. The first portion has no paths: from then on, changes count.
 *
 * @throws What the watched files throw.
 */
export async function* portions(
  watched: Watched,
  options: PortionsOptions,
): AsyncGenerator<readonly string[]> {
  const { onLateChange, signal } = options;
  const backlog = new Backlog(options);
  const bell = new Wakeup();
  let isOver = signal.aborted;
  const end = () => {
    isOver = true;
    bell.ring();
  };
  signal.addEventListener("abort", end);

  const observe = (snapshot: Snapshot) => {
    const paths = backlog.observe(snapshot, performance.now());
    if (backlog.isRunning && paths.length > 0) onLateChange?.(paths);
    bell.ring();
  };
  const read = async () => {
    // Of what was found, only the newest counts: a look may have overtaken it.
    for await (const found of watched) observe(watched.snapshot ?? found);
  };
  const reading = read().finally(end);
  // Whoever stops asking has no use for the error either.
  reading.catch(() => {});

  let lookedAt = -Infinity;
  while (!isOver) {
    const paths = backlog.take(lookedAt);
    if (paths) {
      yield paths;
      backlog.finish();
      continue;
    }
    const dueMs = backlog.dueInMs(performance.now());
    if (dueMs === 0) {
      // Where events fail, only a look tells that files are still.
      lookedAt = performance.now();
      observe(await watched.look());
    } else {
      await bell.wait(dueMs ?? FOREVER_MS);
    }
  }
  await reading;
}
