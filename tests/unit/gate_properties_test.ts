import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { type GateScene, withGate } from "./gate_scene.ts";

const SETTLE_MS = 100;

interface Write {
  content: string;
  /** Time until the next write, in milliseconds. */
  pauseMs: number;
}

const anyWrites: fc.Arbitrary<Write[]> = fc.array(
  fc.record({
    content: fc.constantFrom("A", "B", "C", "bad", "bad half of B"),
    pauseMs: fc.oneof(
      fc.integer({ min: 0, max: 150 }),
      fc.constantFrom(0, SETTLE_MS, 1_000, 3_000),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

const anyCheckMs = fc.constantFrom(0, 40, 99, 250);

/** Writes as told, and then leaves the files alone. */
async function play(
  writes: readonly Write[],
  checkMs: number,
  test: (scene: GateScene) => void,
) {
  await withGate({ settleMs: SETTLE_MS, checkMs }, async (scene) => {
    for (const { content, pauseMs } of writes) {
      scene.write(content);
      await scene.pass(pauseMs);
    }
    await scene.pass(5_000);
    test(scene);
  });
}

/** Tests many courses of writes. */
async function always(test: (scene: GateScene) => void) {
  const property = fc.asyncProperty(
    anyWrites,
    anyCheckMs,
    (writes, checkMs) => play(writes, checkMs, test),
  );
  await fc.assert(property, { numRuns: 150 });
}

Deno.test("only a state of the files that stood still is ever rejected", () =>
  always(({ sayings }) => {
    for (const { kind, content, held, stillMs } of sayings) {
      if (kind !== "rejected") continue;
      assertEquals(content, held);
      assert(stillMs >= SETTLE_MS, `rejected after ${stillMs} ms`);
    }
  }));

Deno.test("only what the files hold at that moment, and what passed its check, is ever approved", () =>
  always(({ sayings }) => {
    for (const { kind, content, held } of sayings) {
      if (kind !== "approved") continue;
      assertEquals(content, held);
      assert(!held.startsWith("bad"), `approved ${held}`);
    }
  }));

Deno.test("no verdict is said twice in a row about the same content", () =>
  always(({ sayings }) => {
    for (const [i, { kind, content }] of sayings.entries()) {
      const before = sayings[i - 1];
      assert(
        before?.kind !== kind || before.content !== content,
        `said twice: ${kind} ${content}`,
      );
    }
  }));

Deno.test("in the end the gateway runs with the newest files, or their fault was the last thing said", () =>
  always(({ sayings, content }) => {
    const last = sayings.at(-1);
    if (content.startsWith("bad")) {
      assertEquals([last?.kind, last?.content], ["rejected", content]);
    } else {
      assert(last?.kind !== "rejected", "a fault that is mended stands");
      const runsWith = sayings.findLast(({ kind }) => kind === "approved");
      assertEquals(runsWith?.content, content);
    }
  }));
