import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type {
  Effect,
  Event,
  State,
  Timer,
} from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";

const OPTIONS = { shutdownTimeoutMs: 7_000 };

/** The world that the effects act on: at most one process and one timer. */
class World {
  state: State = { name: "idle" };
  isAlive = false;
  timer: Timer | undefined;
  readonly done: Effect["do"][] = [];

  /** Whether an event can happen in this world. */
  allows(event: Event): boolean {
    switch (event.kind) {
      case "exited":
      case "ready":
      case "silent":
        return this.isAlive;
      case "timeout":
        return this.timer === event.timer;
      case "approved":
      case "quit":
        return true;
    }
  }

  apply(event: Event): void {
    if (event.kind === "exited") this.isAlive = false;
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
      case "terminate":
      case "kill":
        assert(this.isAlive, `there is nothing to ${effect.do}`);
        break;
      case "setTimer":
        this.timer = effect.timer;
        break;
      case "clearTimer":
        this.timer = undefined;
        break;
    }
  }
}

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>(
    { kind: "approved" },
    { kind: "ready" },
  ),
  fc.boolean().map((hasKept): Event => ({ kind: "silent", hasKept })),
  fc.tuple(fc.boolean(), fc.boolean()).map(([isOutdated, hasKept]): Event => ({
    kind: "exited",
    isOutdated,
    hasKept,
  })),
  fc.constantFrom<Timer>("grace", "backoff", "healthy").map((timer): Event => ({
    kind: "timeout",
    timer,
  })),
);
const anyEvents = fc.array(anyEvent, { maxLength: 60 });
const quit: Event = { kind: "quit" };
const exit: Event = { kind: "exited", isOutdated: false, hasKept: true };

/** Lets happen of the events what can happen. */
function live(events: readonly Event[]): World {
  const world = new World();
  for (const event of events) if (world.allows(event)) world.apply(event);
  return world;
}

Deno.test("no course of events runs two gateways at once, or asks a gateway to leave that is gone", () => {
  fc.assert(fc.property(anyEvents, anyEvents, (before, after) => {
    // The world throws where an effect makes no sense in it.
    live([...before, quit, ...after, quit, ...after]);
  }));
});

Deno.test("even events that cannot happen start no second gateway", () => {
  const withQuit = fc.array(fc.oneof(anyEvent, fc.constant(quit)));
  fc.assert(fc.property(withQuit, (events) => {
    let isAlive = false;
    let state: State = { name: "idle" };
    for (const event of events) {
      // An exit that nobody can have had is one event too many.
      if (event.kind === "exited") isAlive = false;
      const step = transition(state, event, OPTIONS);
      state = step.state;
      for (const effect of step.effects) {
        if (effect.do !== "start") continue;
        assert(!isAlive, `two gateways after ${JSON.stringify(events)}`);
        isAlive = true;
      }
    }
  }));
});

Deno.test("something is always under way once a gateway was asked for: a process or a timer", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live([{ kind: "approved" }, ...events]);
    assert(
      world.isAlive || world.timer !== undefined,
      `stuck in ${JSON.stringify(world.state)}`,
    );
  }));
});

Deno.test("a gateway that was told to leave always has a timer behind it until it was killed", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live(events);
    if (world.state.name !== "stopping") return;
    const last = world.done.at(-1);
    assert(world.timer === "grace" || last === "kill", `last did: ${last}`);
  }));
});

Deno.test("an approval that came last always ends in a start, unless the gateway never leaves", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live([...events, { kind: "approved" }]);
    if (world.state.name === "stopping") {
      world.apply(exit);
    }
    assertEquals(world.state, {
      name: "starting",
      version: "newest",
      failures: 0,
    });
    assertEquals(world.done.at(-1), "start");
  }));
});

Deno.test("quit ends everything: nothing is started after it, and the exit of the gateway is the end", () => {
  fc.assert(fc.property(anyEvents, anyEvents, (before, after) => {
    const world = live([...before, quit]);
    const starts = () => world.done.filter((it) => it === "start").length;
    const startsBefore = starts();
    for (const event of after) if (world.allows(event)) world.apply(event);
    assertEquals(starts(), startsBefore);
    if (world.isAlive) world.apply(exit);
    assertEquals(world.state, { name: "stopped" });
    assertEquals(world.timer, undefined);
  }));
});

Deno.test("a second quit kills, whatever the first one met", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live([...events, quit]);
    const isStopping = world.state.name === "stopping";
    world.apply(quit);
    if (isStopping) assertEquals(world.done.at(-1), "kill");
    else assertEquals(world.state, { name: "stopped" });
  }));
});

Deno.test("nothing is done after the end", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    let state: State = { name: "stopped" };
    for (const event of [...events, quit]) {
      const step = transition(state, event, OPTIONS);
      state = step.state;
      assertEquals(step, { state: { name: "stopped" }, effects: [] });
    }
  }));
});

Deno.test("a kept configuration is started only in the place of one that did not become ready, and never given up for a worse one", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    let state: State = { name: "idle" };
    for (const event of events) {
      const before: State = state;
      const step = transition(before, event, OPTIONS);
      state = step.state;
      const start = step.effects.find((it) => it.do === "start");
      if (start?.version === "kept") {
        const isKept = "version" in before && before.version === "kept";
        const isRestored = before.name === "stopping" &&
          before.then === "restore";
        assert(isKept || isRestored || before.name === "starting", before.name);
      } else if (start && "version" in before && before.version === "kept") {
        assertEquals(event.kind, "approved");
      }
    }
  }));
});
