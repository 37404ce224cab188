/**
 * The files that `--list` shows.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { Files, isOwnOutput, ownOutputFolders } from "./files.ts";
import { infoOf, parentOf, realPathOf } from "./paths.ts";
import type { Input } from "./snapshot.ts";
import { type Intervals, modeOf } from "./sweep.ts";
import { Listing } from "./trees.ts";

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
  options: Intervals & { readonly ignored?: (path: string) => boolean },
): Promise<Description[]> {
  const reasons = new Map<string, string>();
  const { ignored = () => false } = options;
  const { signal } = new AbortController();
  for (const { path, why, tree } of inputs) {
    let paths = [path];
    if (tree) {
      const files = new Files();
      const listing = new Listing(path, tree, { files, ignored, signal });
      await listing.refresh();
      paths = listing.paths();
    }
    for (const path of paths) {
      const info = infoOf(path);
      const isOwn = info !== undefined && isOwnOutput(info);
      if (!isOwn && !reasons.has(path)) reasons.set(path, why);
    }
  }
  const busy = ownOutputFolders();
  return [...reasons.keys()].sort().map((path) => {
    const real = realPathOf(path);
    const isBusy = busy.includes(parentOf(real ?? path));
    const mode = modeOf(options, { hasEvents: true, isBusy });
    const how = mode.kind === "events" ? "events, sweep" : "poll";
    return {
      path,
      why: reasons.get(path) ?? "",
      how: `${how} every ${formatDuration(mode.intervalMs)}`,
      real,
    };
  });
}
