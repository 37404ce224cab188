/**
 * What the supervisor does, as a pure function: `transition(state, event)`.
 *
 * @module
 */

import { backoffMs, HEALTHY_MS } from "./backoff.ts";
import type { Event, State, Step, Version } from "./state.ts";

/** Options for {@linkcode transition}. */
export interface TransitionOptions {
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  shutdownTimeoutMs: number;
}

/** Answers an event. Unknown pairs, such as a timer that ran out too late, change nothing. */
export function transition(
  state: State,
  event: Event,
  options: TransitionOptions,
): Step {
  switch (state.name) {
    case "idle":
      if (event.kind === "approved") return start("newest", 0);
      if (event.kind === "quit") return stopped();
      break;
    case "starting":
    case "running":
      return whileAlive(state, event, options);
    case "stopping":
      return whileStopping(state, event);
    case "backoff":
      if (event.kind === "timeout" && event.timer === "backoff") {
        return start(state.version, state.failures);
      }
      // A change may be the remedy, so it does not wait.
      if (event.kind === "approved") return start("newest", 0);
      if (event.kind === "quit") return stopped();
      break;
    case "stopped":
      break;
  }
  return { state, effects: [] };
}

function whileAlive(
  state: State & { name: "starting" | "running" },
  event: Event,
  options: TransitionOptions,
): Step {
  switch (event.kind) {
    case "approved":
      return stop("start", options);
    case "quit":
      return stop("leave", options);
    case "exited": {
      const isOutdated = event.isOutdated && state.name === "starting";
      if (mayRestore(state, event)) return restore(isOutdated);
      const failures = state.failures + (isOutdated ? 0 : 1);
      return backOff({ ...state, failures }, isOutdated);
    }
    case "silent": {
      if (!mayRestore(state, event)) return { state, effects: [] };
      const { state: next, effects } = stop("restore", options);
      const report = {
        do: "reportRestore",
        reason: "silent",
        isOutdated: false,
      } as const;
      return { state: next, effects: [report, ...effects] };
    }
    case "ready":
      return {
        state: { ...state, name: "running" },
        effects: [{ do: "setTimer", timer: "healthy", ms: HEALTHY_MS }],
      };
    case "timeout":
      return event.timer === "healthy"
        ? { state: { ...state, failures: 0 }, effects: [] }
        : { state, effects: [] };
  }
}

function whileStopping(
  state: State & { name: "stopping" },
  event: Event,
): Step {
  switch (event.kind) {
    case "exited":
      if (state.then === "leave") return stopped();
      return start(state.then === "restore" ? "kept" : "newest", 0);
    case "timeout":
      return event.timer === "grace"
        ? { state, effects: [{ do: "kill" }] }
        : { state, effects: [] };
    case "quit":
      return state.then === "leave"
        // Asked twice: whoever asks has no patience left.
        ? { state, effects: [{ do: "kill" }] }
        : { state: { name: "stopping", then: "leave" }, effects: [] };
    case "approved":
      // A start that is due will read the newest files anyway.
      return state.then === "restore"
        ? { state: { name: "stopping", then: "start" }, effects: [] }
        : { state, effects: [] };
    case "ready":
    case "silent":
      return { state, effects: [] };
  }
}

/** Whether the last configuration that worked shall take the place of one that does not. */
function mayRestore(
  state: State & { name: "starting" | "running" },
  { hasKept }: { hasKept: boolean },
): boolean {
  return state.name === "starting" && state.version === "newest" && hasKept;
}

function restore(isOutdated: boolean): Step {
  const { state, effects } = start("kept", 0);
  const report = {
    do: "reportRestore",
    reason: "exited",
    isOutdated,
  } as const;
  return { state, effects: [report, ...effects] };
}

function start(version: Version, failures: number): Step {
  return {
    state: { name: "starting", version, failures },
    effects: [{ do: "clearTimer" }, { do: "start", version }],
  };
}

function stop(
  then: "start" | "restore" | "leave",
  { shutdownTimeoutMs }: TransitionOptions,
): Step {
  return {
    state: { name: "stopping", then },
    effects: [
      { do: "terminate" },
      { do: "setTimer", timer: "grace", ms: shutdownTimeoutMs },
    ],
  };
}

function backOff(
  { version, failures }: State & { name: "starting" | "running" },
  isOutdated: boolean,
): Step {
  const ms = backoffMs(failures);
  return {
    state: { name: "backoff", version, failures },
    effects: [
      { do: "reportExit", retryMs: ms, isOutdated },
      { do: "setTimer", timer: "backoff", ms },
    ],
  };
}

function stopped(): Step {
  return { state: { name: "stopped" }, effects: [{ do: "clearTimer" }] };
}
