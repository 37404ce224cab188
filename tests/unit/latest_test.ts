import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertRejects } from "@std/assert";
import { Latest } from "../../lib/latest.ts";

/** A stream that a test writes, and what reads it. */
interface Scene {
  latest: Latest<string>;
  write: (value: string) => Promise<void>;
  end: (error?: Error) => Promise<void>;
  /** Lets time pass, in milliseconds. */
  pass: (ms: number) => Promise<unknown>;
}

async function withLatest(test: (scene: Scene) => Promise<void>) {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout"] });
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const pass = (ms: number) => clock.tickAsync(ms);
  try {
    await test({
      latest: new Latest(readable),
      write: async (value) => {
        await writer.write(value);
        await pass(0);
      },
      end: async (error) => {
        await (error ? writer.abort(error) : writer.close());
        await pass(0);
      },
      pass,
    });
    assertEquals(clock.countTimers(), 0, "timers that are still set");
  } finally {
    clock.uninstall();
  }
}

/** The state of a promise now. */
function follow<T>(promise: Promise<T>): () => T | "pending" {
  let state: T | "pending" = "pending";
  promise.then((value) => state = value);
  return () => state;
}

Deno.test("next() gives a value that came before it was asked for", () =>
  withLatest(async ({ latest, write }) => {
    await write("a");
    assertEquals(await latest.next(), "a");
  }));

Deno.test("next() waits for a value", () =>
  withLatest(async ({ latest, write, pass }) => {
    const next = follow(latest.next());
    await pass(1_000);
    assertEquals(next(), "pending");
    await write("a");
    assertEquals(next(), "a");
  }));

Deno.test("next() leaves out all values but the newest", () =>
  withLatest(async ({ latest, write, pass }) => {
    for (const value of ["a", "b", "c"]) await write(value);
    assertEquals(await latest.next(), "c");
    const next = follow(latest.next());
    await pass(0);
    assertEquals(next(), "pending");
  }));

Deno.test("next() gives the last value before it tells of the end", () =>
  withLatest(async ({ latest, write, end }) => {
    await write("a");
    await end();
    assertEquals(await latest.next(), "a");
    assertEquals(await latest.next(), undefined);
    assertEquals(await latest.next(), undefined);
  }));

Deno.test("next() tells one who waits of the end", () =>
  withLatest(async ({ latest, end }) => {
    const next = follow(latest.next());
    await end();
    assertEquals(next(), undefined);
  }));

Deno.test("next() throws what the stream threw", () =>
  withLatest(async ({ latest, write, end }) => {
    await write("a");
    await end(new Error("broken"));
    await assertRejects(() => latest.next(), Error, "broken");
  }));

Deno.test("moved tells of a value that nobody has read", () =>
  withLatest(async ({ latest, write }) => {
    assertEquals(latest.moved, false);
    await write("a");
    assertEquals(latest.moved, true);
    await latest.next();
    assertEquals(latest.moved, false);
  }));

Deno.test("arrival resolves for each value that is not read yet", () =>
  withLatest(async ({ latest, write }) => {
    await write("a");
    const first = follow(latest.arrival.then(() => "arrived"));
    await latest.next();
    const second = follow(latest.arrival.then(() => "arrived"));
    assertEquals([first(), second()], ["arrived", "pending"]);
    await write("b");
    assertEquals(second(), "arrived");
  }));

Deno.test("isStillFor() is true after a time without a value", () =>
  withLatest(async ({ latest, write, pass }) => {
    await write("a");
    await latest.next();
    const isStill = follow(latest.isStillFor(100));
    await pass(99);
    assertEquals(isStill(), "pending");
    await pass(1);
    assertEquals(isStill(), true);
  }));

Deno.test("isStillFor() is false at once when a value comes, came before, or the stream ends", () =>
  withLatest(async ({ latest, write, end }) => {
    const meanwhile = follow(latest.isStillFor(100));
    await write("a");
    assertEquals(meanwhile(), false);
    const before = follow(latest.isStillFor(100));
    await write("b");
    assertEquals(before(), false);
    await latest.next();
    const atEnd = follow(latest.isStillFor(100));
    await end();
    assertEquals(atEnd(), false);
  }));
