/**
 * A world without processes and time for the decisions of the supervisor.
 *
 * @module
 */

import fc from "fast-check";
import { assert } from "@std/assert";
import type {
  Effect,
  Event,
  Overlap,
  State,
  Timer,
} from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";

/** The options of all transitions. */
export const OPTIONS = {
  shutdownTimeoutMs: 7_000,
  onExit: "restart",
  maxRestarts: Infinity,
  random: 0,
} as const;

/** The world that the effects act on: at most one gateway, one that will take its place, and one timer. */
export class World {
  state: State = { name: "idle" };
  isAlive = false;
  hasSuccessor = false;
  timer: Timer | undefined;
  readonly done: Effect["do"][] = [];

  /** Whether an event can happen in this world. */
  allows(event: Event): boolean {
    switch (event.kind) {
      case "exited":
        return this.isAlive;
      case "successor exited":
        return this.hasSuccessor;
      case "ready":
      case "silent":
        return this.isAlive || this.hasSuccessor;
      case "timeout":
        return this.timer === event.timer;
      case "approved":
      case "quit":
        return true;
    }
  }

  apply(event: Event): void {
    if (event.kind === "exited") this.isAlive = false;
    if (event.kind === "successor exited") this.hasSuccessor = false;
    if (event.kind === "timeout") this.timer = undefined;
    const { state, effects } = transition(this.state, event, OPTIONS);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    this.done.push(effect.do);
    switch (effect.do) {
      case "start":
        assert(!this.isAlive, "a second gateway was started beside the first");
        this.isAlive = true;
        break;
      case "start successor":
        assert(!this.hasSuccessor, "a second successor was started");
        this.hasSuccessor = true;
        break;
      case "promote":
        assert(this.hasSuccessor, "there is nothing to promote");
        this.isAlive = true;
        this.hasSuccessor = false;
        break;
      case "discard":
        assert(this.hasSuccessor, "there is nothing to discard");
        this.hasSuccessor = false;
        break;
      case "terminate":
        assert(this.isAlive, "there is nothing to terminate");
        break;
      case "kill":
        // Those that finish their requests are not part of this world.
        assert(this.isAlive || this.state.name === "stopped");
        break;
      case "set timer":
        this.timer = effect.timer;
        break;
      case "set lead":
        this.timer = "lead";
        break;
      case "clear timer":
        this.timer = undefined;
        break;
    }
  }
}

const anyOverlap = fc.constantFrom<Overlap>("none", "lead", "beside");
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>({ kind: "ready" }),
  fc.record({ kind: fc.constant("approved" as const), overlap: anyOverlap }),
  fc.record({ kind: fc.constant("silent" as const), hasKept: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom("exited" as const, "successor exited" as const),
    isOutdated: fc.boolean(),
    hasKept: fc.boolean(),
    isPortTaken: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("timeout" as const),
    timer: fc.constantFrom<Timer>("lead", "grace", "backoff", "healthy"),
    overlap: anyOverlap,
  }),
);
/** A course of events, in which some may be impossible. */
export const anyEvents = fc.array(anyEvent, { maxLength: 60 });
/** The user wants to leave. */
export const quit: Event = { kind: "quit" };
/** The gateway leaves. */
export const exit: Event = {
  kind: "exited",
  isOutdated: false,
  hasKept: true,
  isPortTaken: false,
};

/** Lets happen of the events what can happen. */
export function live(events: readonly Event[]): World {
  const world = new World();
  for (const event of events) if (world.allows(event)) world.apply(event);
  return world;
}
