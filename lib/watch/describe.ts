/**
 * The files that `--list` shows.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { attempt } from "./paths.ts";
import { Camera, type Input } from "./snapshot.ts";
import type { WatcherOptions } from "./watcher.ts";

/** A file that counts. */
export interface Description {
  readonly path: string;
  /** Why it is an input. */
  readonly why: string;
  /** How it is watched, such as `events, sweep every 500 ms`. */
  readonly how: string;
  /** Its path without links; undefined if nothing is there. */
  readonly real: string | undefined;
}

/** Describes the files that inputs stand for, in order; the first input gives the reason. Waits for all trees. */
export async function describe(
  inputs: readonly Input[],
  { ignored, sweepMs, pollMs }: Pick<
    WatcherOptions,
    "ignored" | "sweepMs" | "pollMs"
  >,
): Promise<Description[]> {
  const camera = new Camera({ ignored });
  await camera.take(inputs);
  await camera.refreshLazy();
  const reasons = new Map<string, string>();
  for (const { input, files } of camera.members) {
    for (const path of files.keys()) {
      if (!reasons.has(path)) reasons.set(path, input.why);
    }
  }
  const how = pollMs === undefined
    ? `events, sweep every ${formatDuration(sweepMs)}`
    : `poll every ${formatDuration(pollMs)}`;
  return [...reasons].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([path, why]) => ({
      path,
      why,
      how,
      real: attempt(Deno.realPathSync, path),
    }));
}
