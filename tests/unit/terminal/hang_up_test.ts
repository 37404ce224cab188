import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { HangUp } from "../../../lib/terminal/hang_up.ts";

/** A terminal that a test can end, and what was said of it. */
interface Scene {
  clock: ReturnType<typeof FakeTimers.install>;
  terminal: { isThere: boolean };
  hangUp: HangUp;
  /** How often the end of the terminal was told without a signal. */
  ends: () => number;
}

function withTerminal(
  { isThere = true, isImmune = false },
  test: (scene: Scene) => void,
): void {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  try {
    const terminal = { isThere };
    let ends = 0;
    using hangUp = new HangUp({
      isImmune,
      onEnd: () => ends++,
      system: { hasTerminal: () => terminal.isThere },
    });
    test({ clock, terminal, hangUp, ends: () => ends });
    hangUp[Symbol.dispose]();
    assertEquals(clock.countTimers(), 0);
  } finally {
    clock.uninstall();
  }
}

Deno.test("a SIGHUP without a terminal was sent by somebody", () =>
  withTerminal({ isThere: false }, ({ clock, hangUp }) => {
    clock.tick(5_000);
    assertEquals(hangUp.receive(), "sent");
    assertEquals(clock.countTimers(), 0);
  }));

Deno.test("a SIGHUP on a terminal that is there was sent by somebody", () =>
  withTerminal({}, ({ clock, hangUp, ends }) => {
    clock.tick(5_000);
    assertEquals(hangUp.receive(), "sent");
    clock.tick(5_000);
    assertEquals(ends(), 0);
  }));

Deno.test("a SIGHUP as the terminal goes is its end", () =>
  withTerminal({}, ({ clock, terminal, hangUp }) => {
    clock.tick(5_000);
    terminal.isThere = false;
    assertEquals(hangUp.receive(), "ended");
  }));

Deno.test("a SIGHUP just after a look has missed the terminal is its end", () =>
  withTerminal({}, ({ clock, terminal, hangUp }) => {
    clock.tick(999);
    terminal.isThere = false;
    clock.tick(500);
    assertEquals(hangUp.receive(), "ended");
  }));

Deno.test("the end of a terminal that follows a SIGHUP is told", () =>
  withTerminal({}, ({ clock, terminal, hangUp, ends }) => {
    assertEquals(hangUp.receive(), "sent");
    clock.tick(300);
    terminal.isThere = false;
    clock.tick(60);
    assertEquals(ends(), 1);
  }));

Deno.test("a terminal that ends without a SIGHUP has left its job to itself, and a SIGHUP is sent to it later", () =>
  withTerminal({}, ({ clock, terminal, hangUp, ends }) => {
    clock.tick(5_000);
    terminal.isThere = false;
    clock.tick(5_000);
    assertEquals(ends(), 0);
    assertEquals(hangUp.receive(), "sent");
  }));

Deno.test("a program that is to outlive its terminal does", () =>
  withTerminal({ isImmune: true }, ({ clock, terminal, hangUp, ends }) => {
    assertEquals(hangUp.receive(), "sent");
    terminal.isThere = false;
    assertEquals(hangUp.receive(), "outlived");
    clock.tick(5_000);
    assertEquals([hangUp.receive(), ends()], ["sent", 0]);
  }));
