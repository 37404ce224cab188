/**
 * What the supervisor does, as a pure function: `transition(state, event)`.
 *
 * @module
 */

import { backoffMs, HEALTHY_MS } from "./backoff.ts";
import { whileReplacing } from "./replacement.ts";
import type {
  Effect,
  Event,
  Overlap,
  Sequel,
  State,
  Step,
  Version,
} from "./state.ts";
import { beginReplacement, nothing, stop } from "./steps.ts";

/** Options for {@linkcode transition}. */
export interface TransitionOptions {
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  readonly shutdownTimeoutMs: number;
  /** What follows when a gateway leaves unasked. */
  readonly onExit: "restart" | "wait" | "exit";
  /** How often in a row a gateway may leave unasked and is started again. */
  readonly maxRestarts: number;
  /** From 0 to 1, anew for every event. */
  readonly random: number;
}

/** Answers an event. Unknown pairs, such as a timer that ran out too late, change nothing. */
export function transition(
  state: State,
  event: Event,
  options: TransitionOptions,
): Step {
  switch (state.name) {
    case "idle":
    case "waiting":
      if (event.kind === "approved") return start("newest", 0);
      if (event.kind === "quit") return stopped();
      break;
    case "starting":
    case "running":
      return whileAlive(state, event, options);
    case "replacing":
      return whileReplacing(state, event, options);
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
      // What was told to leave before may still be finishing its requests.
      if (event.kind === "quit") return { state, effects: [{ do: "kill" }] };
      break;
  }
  return nothing(state);
}

function whileAlive(
  state: State & { name: "starting" | "running" },
  event: Event,
  options: TransitionOptions,
): Step {
  switch (event.kind) {
    case "approved":
      return replace(state, event.overlap, options);
    case "quit":
      return stop("leave", options);
    case "exited":
      return afterExit(state, event, options);
    case "silent": {
      if (!mayRestore(state, event)) return nothing(state);
      const { state: next, effects } = stop("restore", options);
      const report = {
        do: "report restore",
        reason: "silent",
        isOutdated: false,
      } as const;
      return { state: next, effects: [report, ...effects] };
    }
    case "ready":
      return {
        state: {
          name: "running",
          version: state.version,
          failures: state.failures,
        },
        effects: [{ do: "set timer", timer: "healthy", ms: HEALTHY_MS }],
      };
    case "timeout":
      if (event.timer === "healthy") return nothing({ ...state, failures: 0 });
      // The newest configuration did not become ready beside this one.
      return event.timer === "backoff" && state.name === "running"
        ? replace(state, event.overlap, options)
        : nothing(state);
    case "successor exited":
      return nothing(state);
  }
}

/** Has the newest configuration take the place of the one that runs. */
function replace(
  state: State & { name: "starting" | "running" },
  overlap: Overlap,
  options: TransitionOptions,
): Step {
  return state.name === "running" && overlap !== "none"
    ? beginReplacement(state, overlap)
    : stop("start", options);
}

function afterExit(
  state: State & { name: "starting" | "running" },
  event: Event & { kind: "exited" },
  options: TransitionOptions,
): Step {
  const isStarting = state.name === "starting";
  if (isStarting && event.isPortTaken && state.retries > 0) {
    const { version, failures } = state;
    const { effects } = start(version, failures);
    return {
      state: { ...state, retries: state.retries - 1 },
      effects: [{ do: "shorten lead" }, ...effects],
    };
  }
  const isOutdated = event.isOutdated && isStarting;
  if (mayRestore(state, event)) return restore(isOutdated);
  // It may have read what was half written, and the rest is on its way.
  if (isOutdated) return backOff(state, isOutdated, options);
  const failures = state.failures + 1;
  if (options.onExit === "exit" || failures > options.maxRestarts) {
    return {
      state: { name: "stopped" },
      effects: [
        { do: "fail" },
        tellExit("leave"),
        { do: "clear timer" },
      ],
    };
  }
  if (options.onExit === "wait") {
    return {
      state: { name: "waiting" },
      effects: [tellExit("wait"), { do: "clear timer" }],
    };
  }
  return backOff({ ...state, failures }, isOutdated, options);
}

function tellExit(sequel: Exclude<Sequel, "restart">): Effect {
  return { do: "report exit", sequel, retryMs: 0, isOutdated: false };
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
        : nothing(state);
    case "quit":
      return state.then === "leave"
        // Asked twice: whoever asks has no patience left.
        ? { state, effects: [{ do: "kill" }] }
        : nothing({ name: "stopping", then: "leave" });
    case "approved":
      // A start that is due will read the newest files anyway.
      return nothing(
        state.then === "restore" ? { name: "stopping", then: "start" } : state,
      );
    default:
      return nothing(state);
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
    do: "report restore",
    reason: "exited",
    isOutdated,
  } as const;
  return { state, effects: [report, ...effects] };
}

function start(version: Version, failures: number): Step {
  return {
    state: { name: "starting", version, failures, retries: 0 },
    effects: [{ do: "clear timer" }, { do: "start", version }],
  };
}

function backOff(
  { version, failures }: { version: Version; failures: number },
  isOutdated: boolean,
  { random }: TransitionOptions,
): Step {
  const ms = backoffMs(failures, random);
  return {
    state: { name: "backoff", version, failures },
    effects: [
      { do: "report exit", sequel: "restart", retryMs: ms, isOutdated },
      { do: "set timer", timer: "backoff", ms },
    ],
  };
}

function stopped(): Step {
  return { state: { name: "stopped" }, effects: [{ do: "clear timer" }] };
}
