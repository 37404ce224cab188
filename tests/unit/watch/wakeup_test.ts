import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { Wakeup } from "../../../lib/watch/wakeup.ts";

/** Runs a test in which no time passes by itself. */
async function withClock(
  test: (
    wakeup: Wakeup,
    pass: (ms: number) => Promise<unknown>,
  ) => Promise<void>,
) {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    await test(new Wakeup(), (ms) => clock.tickAsync(ms));
    assertEquals(clock.countTimers(), 0, "timers that are still set");
  } finally {
    clock.uninstall();
  }
}

/** Waits, and tells whether the waiting is over. */
function startWaiting(wakeup: Wakeup, timeoutMs: number): () => boolean {
  let isOver = false;
  wakeup.wait(timeoutMs).then(() => isOver = true);
  return () => isOver;
}

Deno.test("a wakeup comes after its time when nobody rings", () =>
  withClock(async (wakeup, pass) => {
    const isOver = startWaiting(wakeup, 100);
    await pass(99);
    assertEquals(isOver(), false);
    await pass(1);
    assertEquals(isOver(), true);
  }));

Deno.test("a ring wakes the one who waits", () =>
  withClock(async (wakeup, pass) => {
    const isOver = startWaiting(wakeup, 100);
    await pass(10);
    wakeup.ring();
    await pass(0);
    assertEquals(isOver(), true);
  }));

Deno.test("a ring that nobody heard wakes the next one who waits, at once", () =>
  withClock(async (wakeup, pass) => {
    wakeup.ring();
    await pass(1_000);
    const isOver = startWaiting(wakeup, 100);
    await pass(0);
    assertEquals(isOver(), true);
  }));

Deno.test("many rings are one", () =>
  withClock(async (wakeup, pass) => {
    for (let i = 0; i < 10; i++) wakeup.ring();
    await wakeup.wait(100);
    const isOver = startWaiting(wakeup, 100);
    await pass(99);
    assertEquals(isOver(), false);
    await pass(1);
  }));

Deno.test("a ring that came in time is not heard twice", () =>
  withClock(async (wakeup, pass) => {
    const first = startWaiting(wakeup, 100);
    wakeup.ring();
    await pass(0);
    assertEquals(first(), true);
    const second = startWaiting(wakeup, 100);
    await pass(99);
    assertEquals(second(), false);
    await pass(1);
    assertEquals(second(), true);
  }));
