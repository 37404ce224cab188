/**
 * How to watch: by events, by looking at intervals, or both.
 *
 * @module
 */

import { eventsOf, isFileMount, type Mount, mountOf } from "./mounts.ts";
import type { Listing } from "./scope.ts";

/** How to watch. */
export interface Mode {
  /** Whether to ask for events. */
  readonly usesEvents: boolean;
  /** Whether events are trusted to tell of most changes, so that a look is only for the rest. */
  readonly trustsEvents: boolean;
  /** Time between two looks when no event comes, in milliseconds. */
  readonly intervalMs: number;
}

/** Options for {@linkcode chooseMode}. */
export interface ModeOptions {
  /** The interval that the user asked for, in milliseconds; undefined if events are wanted. */
  readonly pollMs: number | undefined;
  readonly mounts: readonly Mount[];
}

/** A mode, and what the user should know about it. */
export interface Choice {
  readonly mode: Mode;
  readonly warnings: readonly string[];
}

const SWEEP_MS = 1_000;
const POLL_MS = 300;

/** Decides how to watch the folders and files of a listing. */
export function chooseMode(listing: Listing, options: ModeOptions): Choice {
  const { pollMs, mounts } = options;
  const warnings = [...listing.inputs].flatMap(([real, path]) =>
    fileMountWarning(path, real, mounts)
  );
  if (pollMs !== undefined) {
    const mode = {
      usesEvents: false,
      trustsEvents: false,
      intervalMs: pollMs,
    };
    return { mode, warnings };
  }
  const { folders, roots, trees } = listing;
  const places = [
    ...folders.map(({ path }) => path),
    ...roots.map(({ path }) => path),
    ...trees.map(({ real }) => real),
  ];
  for (const path of places) {
    const reason = distrust(path, mounts);
    if (!reason) continue;
    return {
      mode: { usesEvents: true, trustsEvents: false, intervalMs: POLL_MS },
      warnings: [
        ...warnings,
        `${path} is on ${reason}, which does not tell of every change: looking every ${POLL_MS} ms (--poll sets another interval)`,
      ],
    };
  }
  const mode = { usesEvents: true, trustsEvents: true, intervalMs: SWEEP_MS };
  return { mode, warnings };
}

/** Why events of a folder are not to be trusted; undefined if they are. */
export function distrust(
  path: string,
  mounts: readonly Mount[],
): string | undefined {
  const mount = mountOf(path, mounts);
  const verdict = mount && eventsOf(mount);
  return verdict && !verdict.reliable ? verdict.reason : undefined;
}

function fileMountWarning(
  path: string,
  real: string,
  mounts: readonly Mount[],
): string[] {
  if (!isFileMount(real, mounts)) return [];
  return [
    mountOf(real, mounts)?.isOrphan
      ? `${path} is mounted as a single file, and its original is gone: no change will arrive; mount its folder instead`
      : `${path} is mounted as a single file: when an editor replaces the original, that will not arrive; mount its folder instead`,
  ];
}
