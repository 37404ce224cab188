/**
 * What the supervisor does while one gateway serves and the next one starts.
 *
 * @module
 */

import { backoffMs, HEALTHY_MS } from "./backoff.ts";
import type { Effect, Event, Reason, State, Step } from "./state.ts";
import { beginReplacement, nothing, stop } from "./steps.ts";

type Replacing = State & { readonly name: "replacing" };

/** Options for {@linkcode whileReplacing}. */
export interface ReplacementOptions {
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  readonly shutdownTimeoutMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** Answers an event while a gateway is being replaced. Until its successor takes over, it is not touched. */
export function whileReplacing(
  state: Replacing,
  event: Event,
  options: ReplacementOptions,
): Step {
  switch (event.kind) {
    case "approved":
      return supersede(state, event, options);
    case "quit": {
      const { state: next, effects } = stop("leave", options);
      return { state: next, effects: [{ do: "discard" }, ...effects] };
    }
    case "timeout":
      return event.timer === "lead" ? takeOver(state) : nothing(state);
    case "ready":
      return {
        state: { name: "running", version: "newest", failures: 0 },
        effects: [
          { do: "promote" },
          { do: "set timer", timer: "healthy", ms: HEALTHY_MS },
        ],
      };
    case "silent":
      return abandon(
        state,
        { ...event, reason: "silent", isOutdated: false },
        options,
      );
    case "exited":
      // Its successor is on its way already.
      return takeOver(state);
    case "successor exited":
      return afterSuccessorExit(state, event, options);
  }
}

/** A successor that has not taken over yet is one of files that are gone. */
function supersede(
  state: Replacing,
  { overlap }: Event & { kind: "approved" },
  options: ReplacementOptions,
): Step {
  const { state: next, effects } = overlap === "none"
    ? stop("start", options)
    : beginReplacement(state, overlap);
  return { state: next, effects: [{ do: "discard" }, ...effects] };
}

function takeOver({ retries }: Replacing): Step {
  return {
    state: { name: "starting", version: "newest", failures: 0, retries },
    effects: [{ do: "promote" }, { do: "clear timer" }],
  };
}

function afterSuccessorExit(
  state: Replacing,
  event: Event & { kind: "successor exited" },
  options: ReplacementOptions,
): Step {
  // Where both could listen at once, another program has the port.
  if (event.isPortTaken && state.overlap === "lead") {
    const { state: next, effects } = state.retries > 0
      ? beginReplacement(state, "lead", state.retries - 1)
      : stop("start", options);
    return { state: next, effects: [{ do: "shorten lead" }, ...effects] };
  }
  return abandon(state, { ...event, reason: "exited" }, options);
}

/**
 * Leaves the old gateway in its place. If there is no going back to what it
 * runs with, the newest configuration is what counts, and is tried again.
 */
function abandon(
  state: Replacing,
  { reason, isOutdated, hasKept }: {
    readonly reason: Reason;
    readonly isOutdated: boolean;
    readonly hasKept: boolean;
  },
  { random }: ReplacementOptions,
): Step {
  const failures = state.failures + (hasKept ? 0 : 1);
  const retryMs = hasKept ? undefined : backoffMs(failures, random);
  const discard: readonly Effect[] = reason === "silent"
    ? [{ do: "discard" }]
    : [];
  return {
    // If it has to be started again, then with what it runs with now.
    state: {
      name: "running",
      version: hasKept ? "kept" : state.version,
      failures,
    },
    effects: [
      { do: "report abandon", reason, isOutdated, retryMs },
      ...discard,
      retryMs === undefined
        ? { do: "set timer", timer: "healthy", ms: HEALTHY_MS }
        : { do: "set timer", timer: "backoff", ms: retryMs },
    ],
  };
}
