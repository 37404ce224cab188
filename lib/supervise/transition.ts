/**
 * What the supervisor does, as a pure function: `transition(state, event)`.
 *
 * @module
 */

import { backoffMs, HEALTHY_MS } from "./backoff.ts";

/** Where the gateway is in its life. Each arm holds only what matters in it. */
export type State =
  /** Nothing was approved yet, so nothing runs. */
  | { readonly name: "idle" }
  /** It was started and does not serve yet. */
  | { readonly name: "starting"; readonly failures: number }
  /** It serves. */
  | { readonly name: "running"; readonly failures: number }
  /** It was told to leave. */
  | { readonly name: "stopping"; readonly then: "start" | "leave" }
  /** It left unasked and waits to be started again. */
  | { readonly name: "backoff"; readonly failures: number }
  /** The end: nothing runs, and nothing will. */
  | { readonly name: "stopped" };

/** What can happen. */
export type Event =
  /** A configuration was approved, and the gateway shall run with it. */
  | { readonly kind: "approved" }
  /** The gateway serves. */
  | { readonly kind: "ready" }
  /** The gateway is gone, and all that it started. */
  | {
    readonly kind: "exited";
    /**
     * Whether the files have changed since the start: a gateway that was
     * starting may have read them half written, and that is not its fault.
     */
    readonly isOutdated: boolean;
  }
  /** A timer that was set has run out. */
  | { readonly kind: "timeout"; readonly timer: Timer }
  /** The user wants to leave. */
  | { readonly kind: "quit" };

/** `grace`: to kill what does not stop; `backoff`: to start again; `healthy`: to forgive failures. */
export type Timer = "grace" | "backoff" | "healthy";

/** What is to be done, in this order. */
export type Effect =
  | { readonly do: "start" }
  /** Ask the gateway to finish its requests and leave. */
  | { readonly do: "terminate" }
  | { readonly do: "kill" }
  /** Replaces the timer that runs, if one does: there is one at a time. */
  | { readonly do: "setTimer"; readonly timer: Timer; readonly ms: number }
  | { readonly do: "clearTimer" }
  /** Tell that the gateway left unasked, and when it is started again. */
  | {
    readonly do: "reportExit";
    readonly retryMs: number;
    readonly isOutdated: boolean;
  };

/** The state and effects that follow an event. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

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
      if (event.kind === "approved") return start(0);
      if (event.kind === "quit") return stopped();
      break;
    case "starting":
    case "running":
      return whileAlive(state, event, options);
    case "stopping":
      return whileStopping(state, event);
    case "backoff":
      if (event.kind === "timeout" && event.timer === "backoff") {
        return start(state.failures);
      }
      // A change may be the remedy, so it does not wait.
      if (event.kind === "approved") return start(0);
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
      return backOff(state.failures + (isOutdated ? 0 : 1), isOutdated);
    }
    case "ready":
      return {
        state: { name: "running", failures: state.failures },
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
      return state.then === "start" ? start(0) : stopped();
    case "timeout":
      return event.timer === "grace"
        ? { state, effects: [{ do: "kill" }] }
        : { state, effects: [] };
    case "quit":
      return state.then === "leave"
        // Asked twice: whoever asks has no patience left.
        ? { state, effects: [{ do: "kill" }] }
        : { state: { name: "stopping", then: "leave" }, effects: [] };
    // The start that is due will read the newest files anyway.
    case "approved":
    case "ready":
      return { state, effects: [] };
  }
}

function start(failures: number): Step {
  return {
    state: { name: "starting", failures },
    effects: [{ do: "clearTimer" }, { do: "start" }],
  };
}

function stop(
  then: "start" | "leave",
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

function backOff(failures: number, isOutdated: boolean): Step {
  const ms = backoffMs(failures);
  return {
    state: { name: "backoff", failures },
    effects: [
      { do: "reportExit", retryMs: ms, isOutdated },
      { do: "setTimer", timer: "backoff", ms },
    ],
  };
}

function stopped(): Step {
  return { state: { name: "stopped" }, effects: [{ do: "clearTimer" }] };
}
