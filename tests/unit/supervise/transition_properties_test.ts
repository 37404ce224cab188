import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { State } from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";
import { anyEvents, exit, live, OPTIONS, quit, World } from "./world.ts";

Deno.test("no course of events runs more than a gateway and its successor, or asks for what cannot be done", () => {
  fc.assert(fc.property(anyEvents, anyEvents, (before, after) => {
    // The world throws where an effect makes no sense in it.
    live([...before, quit, ...after, quit, ...after]);
  }));
});

Deno.test("something is always under way once a gateway was asked for: a process or a timer", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live([{ kind: "approved", overlap: "none" }, ...events]);
    assert(
      world.isAlive || world.hasSuccessor || world.timer !== undefined,
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
    const world = live([...events, { kind: "approved", overlap: "lead" }]);
    if (world.state.name === "stopping") {
      world.apply(exit);
    }
    if (world.state.name === "replacing") {
      assertEquals(world.done.slice(-2), ["start successor", "set lead"]);
      return;
    }
    assertEquals(world.state, {
      name: "starting",
      version: "newest",
      failures: 0,
      retries: 0,
    });
    assertEquals(world.done.at(-1), "start");
  }));
});

Deno.test("quit ends everything: nothing is started after it, and the exit of the gateway is the end", () => {
  fc.assert(fc.property(anyEvents, anyEvents, (before, after) => {
    const world = live([...before, quit]);
    const starts = () =>
      world.done.filter((it) => it.startsWith("start")).length;
    const startsBefore = starts();
    for (const event of after) if (world.allows(event)) world.apply(event);
    assertEquals(starts(), startsBefore);
    if (world.isAlive) world.apply(exit);
    assertEquals(world.state, { name: "stopped" });
    assertEquals([world.timer, world.hasSuccessor], [undefined, false]);
  }));
});

Deno.test("a second quit kills, whatever the first one met", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = live([...events, quit]);
    world.apply(quit);
    assertEquals(world.done.at(-1), "kill");
  }));
});

Deno.test("nothing is done after the end, but to kill what does not leave", () => {
  assertEquals(transition({ name: "stopped" }, quit, OPTIONS).effects, [
    { do: "kill" },
  ]);
  fc.assert(fc.property(anyEvents, (events) => {
    let state: State = { name: "stopped" };
    for (const event of events) {
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

Deno.test("a gateway that serves is told to leave only when its successor was given time, serves, or another start is out of the question", () => {
  fc.assert(fc.property(anyEvents, (events) => {
    const world = new World();
    for (const event of events) {
      if (!world.allows(event)) continue;
      const before = world.state;
      const done = world.done.length;
      world.apply(event);
      const isTouched = world.done.slice(done)
        .some((it) => it === "promote" || it === "terminate");
      if (before.name !== "replacing" || !isTouched) continue;
      const isDue = event.kind === "timeout" && event.timer === "lead";
      const isOver = event.kind === "exited" || event.kind === "ready";
      const isHopeless = event.kind === "successor exited" &&
        event.isPortTaken && before.retries === 0;
      const isAlone = event.kind === "approved" && event.overlap === "none";
      assert(isDue || isOver || isHopeless || isAlone, JSON.stringify(event));
    }
  }));
});
