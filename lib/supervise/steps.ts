/**
 * Steps that more than one state takes.
 *
 * @module
 */

import type { Overlap, State, Step } from "./state.ts";

/**
 * How often a gateway that finds its port taken by the one before it is
 * started again at once. The port is free 2 ms after SIGTERM (measured), so
 * whoever meets it more often meets another program.
 */
const RETRIES = 3;

/** No effects. */
export function nothing(state: State): Step {
  return { state, effects: [] };
}

/** Tells the gateway to leave. */
export function stop(
  then: "start" | "restore" | "leave",
  { shutdownTimeoutMs }: { readonly shutdownTimeoutMs: number },
): Step {
  return {
    state: { name: "stopping", then },
    effects: [
      { do: "terminate" },
      { do: "set timer", timer: "grace", ms: shutdownTimeoutMs },
    ],
  };
}

/** Starts the gateway that is to take the place of the one that serves. */
export function beginReplacement(
  { version, failures }: State & { name: "running" | "replacing" },
  overlap: Exclude<Overlap, "none">,
  retries = RETRIES,
): Step {
  return {
    state: { name: "replacing", version, failures, overlap, retries },
    effects: [
      { do: "start successor", overlap },
      { do: overlap === "lead" ? "set lead" : "clear timer" },
    ],
  };
}
