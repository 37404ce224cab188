import { assertEquals } from "@std/assert";
import { Debounce, pause, Timer } from "../../lib/timer.ts";
import { until } from "../../scripts/lab/until.ts";

/** Counts how often the runtime is asked for a timer. */
class Requests implements Disposable {
  readonly #genuine = AbortSignal.timeout;
  count = 0;

  constructor() {
    AbortSignal.timeout = (ms) => {
      this.count++;
      return this.#genuine.call(AbortSignal, ms);
    };
  }

  [Symbol.dispose](): void {
    AbortSignal.timeout = this.#genuine;
  }
}

Deno.test("timers run in the order in which they are due, and no sooner", async () => {
  const ran: number[] = [];
  const startedAt = performance.now();
  const early: number[] = [];
  for (const ms of [40, 0, 20, 20, 10]) {
    new Timer(ms, () => {
      ran.push(ms);
      if (performance.now() - startedAt < ms) early.push(ms);
    });
  }
  await until("all have run", () => ran.length === 5);
  assertEquals([ran, early], [[0, 10, 20, 20, 40], []]);
});

Deno.test("a timer that is cancelled does not run, not even by one that is due at the same time", async () => {
  const ran: string[] = [];
  new Timer(10, () => {
    ran.push("first");
    second.cancel();
  });
  const second = new Timer(10, () => ran.push("second"));
  new Timer(5, () => ran.push("cancelled")).cancel();
  await pause(20);
  assertEquals(ran, ["first"]);
});

Deno.test("a timer that another one starts runs, too", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  new Timer(1, () => new Timer(0, () => new Timer(1, resolve)));
  await promise;
});

Deno.test("the runtime is asked for no timer if one comes before that was asked for", async () => {
  await pause(0);
  using requests = new Requests();
  const first = new Timer(500, () => {});
  for (let i = 0; i < 100; i++) new Timer(1_000 + i, () => {}).cancel();
  assertEquals(requests.count, 1);
  const sooner = pause(10);
  assertEquals(requests.count, 2);
  await sooner;
  first.cancel();
  await pause(500);
  // The one that was cancelled has come in vain, and one for the pause.
  assertEquals(requests.count, 3);
});

Deno.test("what one timer throws keeps no other from running", async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  globalThis.addEventListener("error", onError);
  const fault = new Error("a fault of ours");
  new Timer(5, () => {
    throw fault;
  });
  await pause(5);
  globalThis.removeEventListener("error", onError);
  assertEquals(errors, [fault]);
});

Deno.test("a debounce runs once after a series of calls, and in a long one at least at intervals", async () => {
  let runs = 0;
  using debounce = new Debounce(() => runs++, 100);
  for (let i = 0; i < 5; i++) debounce.schedule(20);
  assertEquals(runs, 0);
  await until("it has run", () => runs === 1);
  await until("it has run again", () => {
    debounce.schedule(60_000);
    return runs === 2;
  });
  debounce.schedule(0);
  assertEquals(runs, 3);
  debounce.schedule(10);
  debounce.cancel();
  await pause(20);
  assertEquals(runs, 3);
});
