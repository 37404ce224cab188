import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { plan, type Situation } from "../../../lib/watch/schedule.ts";

/** What to do in a situation, as `all`, `edited` or the time to wait. */
function decide(changes: Partial<Situation>): string | number {
  const result = plan({
    now: 10_000,
    lookedAt: 10_000,
    costMs: 0,
    isEdited: false,
    isRestructured: false,
    sweepMs: 1_000,
    mayDelaySweep: true,
    ...changes,
  });
  return result.look === "none" ? result.waitMs : result.look;
}

Deno.test("the first look is at everything, at once", () => {
  assertEquals(decide({ lookedAt: undefined }), "all");
  assertEquals(decide({ lookedAt: undefined, isEdited: true }), "all");
});

Deno.test("without an event, everything is looked at when the sweep is due", () => {
  assertEquals(decide({ lookedAt: 9_400 }), 400);
  assertEquals(decide({ lookedAt: 9_000 }), "all");
});

Deno.test("files that were written to are looked at alone, at once, before anything else", () => {
  assertEquals(decide({ isEdited: true }), "edited");
  assertEquals(decide({ isEdited: true, lookedAt: 9_000 }), "edited");
  assertEquals(decide({ isEdited: true, isRestructured: true }), "edited");
});

Deno.test("a stream of edits does not keep the sweep off for more than a sweep", () => {
  assertEquals(decide({ isEdited: true, lookedAt: 8_001 }), "edited");
  assertEquals(decide({ isEdited: true, lookedAt: 8_000 }), "all");
});

Deno.test("any other event asks for a look at everything, at once where that is cheap", () => {
  assertEquals(decide({ isRestructured: true }), "all");
});

Deno.test("a storm of events takes a third of a core at most", () => {
  const storm = { isRestructured: true, costMs: 100 };
  assertEquals(decide({ ...storm, lookedAt: 9_900 }), 100);
  assertEquals(decide({ ...storm, lookedAt: 9_800 }), "all");
});

Deno.test("an edit is looked at even in a storm", () => {
  const storm = { isRestructured: true, costMs: 100, isEdited: true };
  assertEquals(decide({ ...storm, lookedAt: 9_900 }), "edited");
});

Deno.test("a dear sweep is put off, by half a minute at most, unless looks are all there is", () => {
  assertEquals(decide({ costMs: 10 }), 2_000);
  assertEquals(decide({ costMs: 10_000 }), 30_000);
  assertEquals(decide({ costMs: 10_000, mayDelaySweep: false }), 1_000);
});

Deno.test("whoever waits as long as told finds a look due, and never waits for more than half a minute", () => {
  const anyMs = fc.integer({ min: 0, max: 100_000 });
  const anySituation = fc.record({
    lookedAt: anyMs,
    costMs: fc.integer({ min: 0, max: 5_000 }),
    isEdited: fc.boolean(),
    isRestructured: fc.boolean(),
    mayDelaySweep: fc.boolean(),
  });
  fc.assert(fc.property(anySituation, anyMs, (situation, passedMs) => {
    const now = situation.lookedAt + passedMs;
    const waitMs = decide({ ...situation, now });
    if (typeof waitMs === "string") return;
    assert(waitMs > 0 && waitMs <= 30_000, `waits for ${waitMs} ms`);
    // Time is a floating-point number: let a little more of it pass.
    assertEquals(decide({ ...situation, now: now + waitMs + 0.01 }), "all");
  }));
});
