import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import {
  Keyboard,
  type KeyboardSystem,
} from "../../../lib/terminal/keyboard.ts";

/** A keyboard that notes what is done with it. */
class FakeKeyboard implements KeyboardSystem {
  readonly done: string[] = [];
  isThere = true;
  isOurs = true;
  breaks = false;
  type: (text: string) => void = () => {};

  isTerminal = () => this.isThere;
  isInForeground = () => this.isOurs;
  readonly modes = {
    giveKeys: () => {
      if (this.breaks) throw new Error("EIO");
      this.done.push("keys");
    },
    restore: () => void this.done.push("restore"),
  };
  read(onText: (text: string) => void): void {
    this.done.push("read");
    this.type = onText;
  }
  pause(): void {
    this.done.push("pause");
    this.type = () => {};
  }
}

function withKeyboard(
  changes: Partial<FakeKeyboard>,
  test: (scene: {
    clock: ReturnType<typeof FakeTimers.install>;
    fake: FakeKeyboard;
    keyboard: Keyboard;
    texts: string[];
  }) => void,
): void {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const fake = Object.assign(new FakeKeyboard(), changes);
    const texts: string[] = [];
    using keyboard = new Keyboard((text) => texts.push(text), fake);
    test({ clock, fake, keyboard, texts });
    keyboard[Symbol.dispose]();
    assertEquals(clock.countTimers(), 0);
  } finally {
    clock.uninstall();
  }
}

Deno.test("the terminal is taken, told of, and given back once", () =>
  withKeyboard({}, ({ fake, keyboard, texts }) => {
    keyboard.take();
    assertEquals(keyboard.isTaken, true);
    fake.type("r");
    keyboard.release();
    keyboard.release();
    assertEquals(texts, ["r"]);
    assertEquals(fake.done, ["keys", "read", "pause", "restore"]);
  }));

Deno.test("a standard input that is no terminal is left alone", () =>
  withKeyboard({ isThere: false }, ({ clock, fake, keyboard }) => {
    keyboard.take();
    clock.tick(10_000);
    assertEquals([fake.done, keyboard.isTaken], [[], false]);
  }));

Deno.test("in the background the terminal is left alone, and taken in the foreground", () =>
  withKeyboard({ isOurs: false }, ({ clock, fake, keyboard }) => {
    keyboard.take();
    clock.tick(10_000);
    assertEquals(fake.done, []);
    fake.isOurs = true;
    clock.tick(1_000);
    assertEquals(fake.done, ["keys", "read"]);
  }));

Deno.test("after a stop, the modes are set anew in the foreground", () =>
  withKeyboard({}, ({ fake, keyboard }) => {
    keyboard.take();
    keyboard.take();
    assertEquals(fake.done, ["keys", "read", "keys"]);
  }));

Deno.test("a job that finds itself in the background reads no longer, and leaves the modes to the shell", () =>
  withKeyboard({}, ({ fake, keyboard }) => {
    keyboard.take();
    fake.isOurs = false;
    keyboard.take();
    keyboard.release();
    assertEquals(fake.done, ["keys", "read", "pause"]);
  }));

Deno.test("a terminal that breaks is no fault of ours", () =>
  withKeyboard({ breaks: true }, ({ keyboard }) => {
    keyboard.take();
    keyboard.release();
    assertEquals(keyboard.isTaken, false);
  }));

Deno.test("the terminal is given back when a fault ends the program", () =>
  withKeyboard({}, ({ fake, keyboard }) => {
    keyboard.take();
    dispatchEvent(new Event("unhandledrejection"));
    assertEquals(fake.done, ["keys", "read", "pause", "restore"]);
  }));
