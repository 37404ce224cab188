/**
 * What is to be watched, and how.
 *
 * @module
 */

import type { Inputs } from "./inputs.ts";
import type { Reporter } from "./report.ts";
import { chooseMode, type Mode } from "./watch/mode.ts";
import { type Mount, readMounts } from "./watch/mounts.ts";
import { list, type Listing } from "./watch/scope.ts";

/** What is to be watched, and how. */
export interface WatchPlan {
  readonly inputs: Inputs;
  /** What the inputs are at the start. */
  readonly listing: Listing;
  /** Decides how to watch; warns, once, of what the user should know about it. */
  readonly modeOf: (listing: Listing) => Mode;
  readonly mounts: readonly Mount[];
}

/** Options for {@linkcode planWatch}. */
export interface PlanWatchOptions {
  /** The interval that the user asked for, in milliseconds; undefined if events are wanted. */
  readonly pollMs: number | undefined;
  /** Whether to leave out the inputs in large trees: a watcher finds them. */
  readonly isBrief: boolean;
  readonly report: Reporter;
}

/** Finds out what the inputs are, and how they can be watched. */
export async function planWatch(
  inputs: Inputs,
  { pollMs, isBrief, report }: PlanWatchOptions,
): Promise<WatchPlan> {
  const listing = await list(inputs.scope, { isBrief });
  const mounts = await readMounts();
  const told = new Set<string>();
  const modeOf = (listing: Listing) => {
    const { mode, warnings } = chooseMode(listing, { pollMs, mounts });
    for (const warning of warnings) {
      if (!told.has(warning)) report.warn(warning);
      told.add(warning);
    }
    return mode;
  };
  return { inputs, listing, modeOf, mounts };
}
