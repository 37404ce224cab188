import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { Postponement } from "../../../lib/supervise/postponement.ts";

/** Runs a test with fake time; it counts what was done. */
function withPostponement(
  options: { restartDelayMs: number; jitterMs: number; random?: () => number },
  test: (postponement: Postponement, act: () => number | undefined, times: {
    readonly done: number;
    pass(ms: number): void;
  }) => void,
) {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let done = 0;
    const postponement = new Postponement(options);
    test(postponement, () => postponement.run(() => done++), {
      get done() {
        return done;
      },
      pass: (ms) => clock.tick(ms),
    });
  } finally {
    clock.uninstall();
  }
}

Deno.test("without a delay, a restart is not put off", () => {
  withPostponement({ restartDelayMs: 0, jitterMs: 0 }, (_, act, times) => {
    assertEquals([act(), act(), times.done], [0, 0, 2]);
  });
});

Deno.test("restarts that are asked for during the delay become one, when the first is due", () => {
  const options = { restartDelayMs: 100, jitterMs: 50, random: () => 0.5 };
  withPostponement(options, (_, act, times) => {
    assertEquals(act(), 125);
    times.pass(100);
    assertEquals([act(), times.done], [undefined, 0]);
    times.pass(25);
    assertEquals(times.done, 1);
    times.pass(1_000);
    assertEquals(times.done, 1);
    assertEquals(act(), 125);
  });
});

Deno.test("a restart that was put off can be forgotten", () => {
  withPostponement({ restartDelayMs: 100, jitterMs: 0 }, (it, act, times) => {
    act();
    it.cancel();
    times.pass(1_000);
    assertEquals([times.done, act()], [0, 100]);
    it.cancel();
  });
});
