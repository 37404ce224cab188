/**
 * The second stage: lets only such a change through that the gateway can run with.
 *
 * @module
 */

import { Latest } from "./latest.ts";
import type { Place } from "./place.ts";
import { PendingRequests } from "./requests.ts";
import { differences, type Snapshot } from "./watch/snapshot.ts";

/** What a check found. `T` is what it learned about a configuration that is fine. */
export type CheckResult<T> =
  | { readonly ok: true; readonly value: T }
  | {
    readonly ok: false;
    readonly message: string;
    /** Where the fault is, if that is known. */
    readonly place?: Place;
  };

/** What became of a change. */
export type Verdict<T> =
  /** The files are fine and differ from what the gateway runs with, or a restart was asked for. */
  | {
    readonly kind: "approved";
    readonly value: T;
    /** Whether a restart was asked for: then it happens even if nothing has changed. */
    readonly isAsked: boolean;
    /** What the files were: a snapshot's digest. */
    readonly digest: string;
    /** The files that are others than at the last approval; all, at the first one. */
    readonly changes: readonly string[];
    /** Time from the first sign of the change, or from the request, in milliseconds. */
    readonly tookMs: number;
  }
  /** A check was asked for, and the files are fine. Nothing follows from that. */
  | {
    readonly kind: "checked";
    readonly value: T;
    /** Whether they are what was approved last. */
    readonly isAccepted: boolean;
    /** Time from the request, in milliseconds. */
    readonly tookMs: number;
  }
  /** The files are at fault, and have been still for the settle time. */
  | {
    readonly kind: "rejected";
    readonly message: string;
    readonly place?: Place | undefined;
  }
  /** After a rejection, the files are again as the gateway knows them. */
  | { readonly kind: "reverted" };

/** Options for {@linkcode gate}. */
export interface GateOptions<T> {
  /** Checks the files as they are now. An aborted check may end with any result, but soon. */
  check: (signal: AbortSignal) => Promise<CheckResult<T>>;
  /** Looks at the files now. */
  look: () => Promise<Snapshot>;
  /** Whether the gateway of the last approval serves: then it has read what was approved. */
  isServing: () => boolean;
  /** How long files must be still before they are taken for complete, in milliseconds. */
  settleMs: number;
  /**
   * Whether the check notices by itself that one of these files is cut short.
   * If not, files must be still before an approval too.
   */
  noticesTruncation: (paths: readonly string[]) => boolean;
  /** What the user asks for, whether or not the files change. */
  requests?: PendingRequests;
}

/** A change that comes within this time after an approval, in milliseconds, waits for still files. */
const BURST_MS = 1_000;

/** No approval waits longer than this for still files, in milliseconds. */
export const PATIENCE_MS = 2_000;

const NOTHING: Snapshot = { files: new Map(), digest: "" };

/**
 * Turns the states of the files into verdicts.
 *
 * The check starts at the first sign of a change, and its result is void if
 * the files moved on meanwhile. A failure is believed only after the files
 * have been still, so a file that is half written is never reported.
 *
 * A request of the user is met by the next verdict that says what was asked.
 */
export async function* gate<T>(
  snapshots: AsyncIterable<Snapshot>,
  options: GateOptions<T>,
): AsyncGenerator<Verdict<T>> {
  const { requests = new PendingRequests() } = options;
  const latest = new Latest(snapshots);
  /** What the gateway is known to run with. */
  let accepted: string | undefined;
  let approved: Snapshot | undefined;
  /** What was reported as broken, if it was the last thing reported. */
  let rejected: string | undefined;
  let approvedAt = -Infinity;
  let changedAt: number | undefined;

  // What is asked for before the first look is met by the first start.
  await latest.arrival;
  while (true) {
    await Promise.race([latest.arrival, requests.arrival]);
    const isNews = latest.moved || latest.ended;
    const snapshot = isNews ? await latest.next() : await options.look();
    if (!snapshot) return;
    // Before it serves, nobody knows which state of the files the gateway read.
    if (!options.isServing()) accepted = undefined;
    const { digest } = snapshot;
    const isKnown = digest === accepted || digest === rejected;
    if (isKnown && requests.pending === undefined) {
      changedAt = undefined;
      if (digest === rejected) continue;
      if (rejected !== undefined) yield { kind: "reverted" };
      rejected = undefined;
      continue;
    }
    const seenAt = performance.now();
    changedAt ??= seenAt;
    const result = await checkWhileSame(latest, options.check);
    if (latest.moved || !result) continue;

    const hasPatience = performance.now() - changedAt < PATIENCE_MS;
    const isBurst = changedAt - approvedAt < BURST_MS;
    const changes = differences(approved ?? NOTHING, snapshot);
    const needsStillness = !result.ok || !options.noticesTruncation(changes) ||
      (isBurst && hasPatience);
    if (needsStillness) {
      const elapsed = performance.now() - seenAt;
      if (!await latest.isStillFor(Math.max(0, options.settleMs - elapsed))) {
        continue;
      }
    }
    // Where events fail, only a look tells that the files have moved on. What
    // it finds comes through the stream as well.
    if ((await options.look()).digest !== digest) continue;

    const tookMs = performance.now() - changedAt;
    const asked = requests.pending;
    requests.meet();
    changedAt = undefined;
    if (!result.ok) {
      rejected = digest;
      const { message, place } = result;
      yield { kind: "rejected", message, place };
    } else if (asked === "check" && (isKnown || !isNews)) {
      const isAccepted = digest === approved?.digest;
      if (isAccepted) rejected = undefined;
      yield { kind: "checked", value: result.value, isAccepted, tookMs };
    } else {
      accepted = digest;
      approved = snapshot;
      rejected = undefined;
      approvedAt = performance.now();
      const isAsked = asked === "restart";
      const { value } = result;
      yield { kind: "approved", value, isAsked, digest, changes, tookMs };
    }
  }
}

/** Runs the check, and gives it up as soon as the files are no longer those it was started for. */
async function checkWhileSame<T>(
  latest: Latest<Snapshot>,
  check: GateOptions<T>["check"],
): Promise<CheckResult<T> | undefined> {
  const abort = new AbortController();
  const result = check(abort.signal);
  const first = await Promise.race([
    result,
    latest.arrival.then(() => undefined),
  ]);
  if (!first) {
    abort.abort();
    await result;
  }
  return first;
}
