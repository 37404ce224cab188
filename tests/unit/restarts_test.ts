import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { createReporter } from "../../lib/report.ts";
import { Restarts } from "../../lib/restarts.ts";

/** Runs a test with fake time and a subject that counts its restarts. */
function withRestarts(
  restartDelayMs: number,
  test: (scene: {
    readonly restarts: Restarts;
    readonly subject: { isAlive: boolean; count: number };
    readonly lines: readonly string[];
    pass(ms: number): void;
  }) => void,
) {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const subject = {
      isAlive: true,
      count: 0,
      restart() {
        this.count++;
      },
    };
    const restarts = new Restarts(subject, {
      options: { restartDelayMs, jitterMs: 0 },
      report: createReporter({ color: false, write }),
    });
    test({ restarts, subject, lines, pass: (ms) => clock.tick(ms) });
    assertEquals(clock.countTimers(), 0, "timers that are still set");
  } finally {
    clock.uninstall();
  }
}

Deno.test("a change restarts what runs at once, and says nothing, if nothing is to be put off", () => {
  withRestarts(0, ({ restarts, subject, lines }) => {
    restarts.onChange();
    assertEquals([subject.count, lines.length], [1, 0]);
  });
});

Deno.test("a change restarts what runs when that is due, and is told", () => {
  withRestarts(1_500, ({ restarts, subject, lines, pass }) => {
    restarts.onChange();
    restarts.onChange();
    pass(1_499);
    assertEquals(subject.count, 0);
    pass(1);
    assertEquals(subject.count, 1);
    assertEquals(lines, ["krakend-watch: restarting in 1.5 s"]);
  });
});

Deno.test("what does not run is started at once", () => {
  withRestarts(1_500, ({ restarts, subject }) => {
    subject.isAlive = false;
    restarts.onChange();
    assertEquals(subject.count, 1);
  });
});

Deno.test("a restart that the user wants takes the place of the one that was put off", () => {
  withRestarts(1_500, ({ restarts, subject, pass }) => {
    restarts.onChange();
    restarts.now();
    pass(10_000);
    assertEquals(subject.count, 1);
  });
});
