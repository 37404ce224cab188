/**
 * When to look at what: at once where an event says so, seldom where a look is dear.
 *
 * @module
 */

/** What has been heard and done. Times in milliseconds. */
export interface Situation {
  readonly now: number;
  /** When the last look at everything ended; undefined if there was none. */
  readonly lookedAt: number | undefined;
  /** How long such a look takes. */
  readonly costMs: number;
  /** Whether an event said that files were written that are known by their names. */
  readonly isEdited: boolean;
  /** Whether an event said anything else, such as that a file came or went. */
  readonly isRestructured: boolean;
  /** The time between two looks when there is no event. */
  readonly sweepMs: number;
  /** Whether a dear look may make the sweep slower. */
  readonly mayDelaySweep: boolean;
}

/** What to do now. */
export type Plan =
  | { readonly look: "all" | "edited" }
  /** Nothing, for so many milliseconds. */
  | { readonly look: "none"; readonly waitMs: number };

/** The part of a core that sweeps may take. */
const SWEEP_SHARE = 1 / 200;
/** No sweep is put off for longer than this, in milliseconds. */
const LONGEST_SWEEP_MS = 30_000;
/** The part of a core that looks may take while events keep coming. */
const STORM_SHARE = 1 / 3;

/** Decides what to do now. */
export function plan(situation: Situation): Plan {
  const { now, lookedAt, costMs, sweepMs } = situation;
  if (lookedAt === undefined) return { look: "all" };
  const pauseMs = situation.isRestructured
    ? costMs / STORM_SHARE - costMs
    : Math.max(sweepMs, situation.mayDelaySweep ? sweepPauseMs(costMs) : 0);
  const waitMs = lookedAt + pauseMs - now;
  // Cheap, and what somebody waits for; but a stream of edits must not hide the rest.
  if (situation.isEdited && waitMs > -sweepMs) return { look: "edited" };
  if (waitMs <= 0) return { look: "all" };
  return { look: "none", waitMs };
}

function sweepPauseMs(costMs: number): number {
  return Math.min(costMs / SWEEP_SHARE, LONGEST_SWEEP_MS);
}
