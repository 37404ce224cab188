import { assertEquals } from "@std/assert";
import { modeOf, sweepSize } from "../../../lib/watch/sweep.ts";

const EVENTS = { kind: "events", intervalMs: 500 } as const;

Deno.test("beside events, sweeps of 10,000 files take 0.2 % of a core", () => {
  const costMs = sweepSize(10_000, EVENTS) * 0.004;
  assertEquals(costMs / EVENTS.intervalMs, 0.002);
});

Deno.test("any number of files is compared within half a minute", () => {
  for (const files of [10_000, 200_000, 1_000_000]) {
    const sweeps = Math.ceil(files / sweepSize(files, EVENTS));
    assertEquals(sweeps * EVENTS.intervalMs <= 30_000, true, `${files} files`);
  }
});

Deno.test("sweeps alone may cost more", () => {
  const poll = { kind: "poll", intervalMs: 300 } as const;
  assertEquals(sweepSize(5_000, poll) >= 5_000, true);
});

Deno.test("--poll makes sweeps the only source, whatever else is", () => {
  for (const hasEvents of [true, false]) {
    assertEquals(
      modeOf({ sweepMs: 500, pollMs: 50 }, { hasEvents, isBusy: true }),
      { kind: "poll", intervalMs: 50 },
    );
  }
});

Deno.test("sweeps do more where events fail, and come more often in a busy folder", () => {
  const intervals = { sweepMs: 500 };
  assertEquals(
    modeOf(intervals, { hasEvents: true, isBusy: false }),
    EVENTS,
  );
  assertEquals(
    modeOf(intervals, { hasEvents: false, isBusy: true }),
    { kind: "poll", intervalMs: 500 },
  );
  assertEquals(
    modeOf(intervals, { hasEvents: true, isBusy: true }),
    { kind: "busy", intervalMs: 200 },
  );
});
