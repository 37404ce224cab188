/**
 * How often a sweep comes, and how much it compares, so that many inputs do
 * not cost much.
 *
 * @module
 */

/** How inputs are watched. */
export interface Mode {
  /** By events and sweeps, by sweeps alone, or by frequent sweeps as our own output goes to one of their folders. */
  readonly kind: "events" | "poll" | "busy";
  /** The time between two sweeps, in milliseconds. */
  readonly intervalMs: number;
}

/** The intervals that are asked for, in milliseconds. */
export interface Intervals {
  /** The time between two sweeps beside events. */
  readonly sweepMs: number;
  /** The same if sweeps are to be the only source; undefined if events are wanted. */
  readonly pollMs?: number | undefined;
}

/** The time between two sweeps of a folder that our output goes to, in milliseconds. */
const BUSY_MS = 200;
/** The time that it takes to compare a file, in milliseconds. A constant, so that other work does not make sweeps rare. */
const FILE_MS = 0.004;
/** The part of a core that sweeps may take. */
const SHARE = { events: 0.002, busy: 0.02, poll: 0.1 } as const;
/** The longest time in which all files are compared once, in milliseconds. */
const LONGEST_ROUND_MS = 30_000;

/** Decides how to watch. */
export function modeOf(
  { sweepMs, pollMs }: Intervals,
  state: { readonly hasEvents: boolean; readonly isBusy: boolean },
): Mode {
  if (pollMs !== undefined) return { kind: "poll", intervalMs: pollMs };
  if (!state.hasEvents) return { kind: "poll", intervalMs: sweepMs };
  return state.isBusy
    ? { kind: "busy", intervalMs: Math.min(BUSY_MS, sweepMs) }
    : { kind: "events", intervalMs: sweepMs };
}

/** Returns how many of so many files one sweep compares. */
export function sweepSize(files: number, { kind, intervalMs }: Mode): number {
  const affordable = intervalMs * SHARE[kind] / FILE_MS;
  return Math.ceil(Math.max(affordable, files * intervalMs / LONGEST_ROUND_MS));
}
