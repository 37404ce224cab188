import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertRejects } from "@std/assert";
import { portions, type Watched } from "../../../lib/programs/changes.ts";
import type { Snapshot } from "../../../lib/watch/snapshot.ts";

const SETTLE_MS = 100;

/** Files as a test writes them; whoever watches is told, or has to look. */
class Files implements Watched {
  readonly #stream = new TransformStream<Snapshot, Snapshot>();
  readonly #writer = this.#stream.writable.getWriter();
  readonly #contents = new Map<string, string>();
  looks = 0;

  get snapshot(): Snapshot {
    const states = [...this.#contents].map(([path, content]) =>
      [
        path,
        { content, fingerprint: undefined, isEmpty: false, racy: false },
      ] as const
    );
    return { files: new Map(states), digest: JSON.stringify(states) };
  }

  look(): Promise<Snapshot> {
    this.looks++;
    return Promise.resolve(this.snapshot);
  }

  write(path: string, content: string): void {
    this.writeUnseen(path, content);
    this.#writer.write(this.snapshot);
  }

  /** Writes a file without an event. */
  writeUnseen(path: string, content: string): void {
    this.#contents.set(path, content);
  }

  async end(error?: Error): Promise<void> {
    if (error) await this.#writer.abort(error);
    else await this.#writer.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Snapshot> {
    return this.#stream.readable.values();
  }
}

/** A command that takes a while, run for the portions of a scene. */
class Scene {
  readonly files = new Files();
  readonly stop = new AbortController();
  /** Every run that began and when, such as `1100 a,b`. */
  readonly runs: string[] = [];
  /** What changed during runs, and when. */
  readonly late: string[] = [];
  /** Settles when there will be no more portions. */
  readonly ended: Promise<void>;

  constructor(
    readonly clock: ReturnType<typeof FakeTimers.install>,
    options: { isPerFile: boolean; runMs: number },
  ) {
    this.ended = this.#run(options);
    // A test that expects it to fail awaits it later.
    this.ended.catch(() => {});
  }

  async pass(ms: number): Promise<void> {
    await this.clock.tickAsync(ms);
  }

  async #run({ isPerFile, runMs }: { isPerFile: boolean; runMs: number }) {
    const { files, stop: { signal } } = this;
    const changes = portions(files, {
      settleMs: SETTLE_MS,
      isPerFile,
      signal,
      onLateChange: (paths) => this.late.push(`${performance.now()} ${paths}`),
    });
    for await (const paths of changes) {
      this.runs.push(`${performance.now()} ${paths}`);
      if (paths.length > 0 && runMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, runMs));
      }
    }
  }
}

/** Runs a test in fake time, in which file "a" is known at 0 and changes count. */
async function withScene(
  { isPerFile = false, runMs = 0 },
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  const scene = new Scene(clock, { isPerFile, runMs });
  try {
    scene.files.write("a", "1");
    await scene.pass(0);
    assertEquals(scene.runs.splice(0), ["0 "]);
    await test(scene);
    scene.stop.abort();
    await scene.files.end().catch(() => {});
    await scene.ended.catch(() => {});
  } finally {
    clock.uninstall();
  }
}

Deno.test("a change is given on when the files were still, after a look that says so", () =>
  withScene({}, async (scene) => {
    await scene.pass(1_000);
    scene.files.write("a", "2");
    await scene.pass(SETTLE_MS - 1);
    assertEquals(scene.runs, []);
    assertEquals(scene.files.looks, 0);
    await scene.pass(1);
    assertEquals(scene.runs, ["1100 a"]);
    assertEquals(scene.files.looks, 1);
  }));

Deno.test("what only a look finds puts the run off until it was still, too", () =>
  withScene({}, async (scene) => {
    scene.files.write("a", "2");
    await scene.pass(90);
    scene.files.writeUnseen("a", "3");
    await scene.pass(10 + SETTLE_MS - 1);
    assertEquals(scene.runs, []);
    await scene.pass(1);
    assertEquals(scene.runs, ["200 a"]);
  }));

Deno.test("what changes during a run is told, and has a run of its own afterwards", () =>
  withScene({ runMs: 1_000 }, async (scene) => {
    scene.files.write("a", "2");
    await scene.pass(500);
    scene.files.write("b", "1");
    await scene.pass(100);
    scene.files.write("a", "3");
    await scene.pass(10_000);
    assertEquals(scene.runs, ["100 a", "1100 a,b"]);
    assertEquals(scene.late, ["500 b", "600 a"]);
  }));

Deno.test("however much changes during a run, one run follows", () =>
  withScene({ runMs: 60_000 }, async (scene) => {
    for (let i = 0; i < 100; i++) {
      scene.files.write("a", `${i} of 100`);
      await scene.pass(500);
    }
    await scene.pass(200_000);
    assertEquals(scene.runs, ["100 a", "60100 a"]);
  }));

Deno.test("files that change all the time are given on every two seconds", () =>
  withScene({}, async (scene) => {
    for (let i = 0; i < 100; i++) {
      scene.files.write("a", `${i} of 100`);
      await scene.pass(50);
    }
    assertEquals(scene.runs, ["2000 a", "4000 a"]);
  }));

Deno.test("for each file by itself, one look is enough for all that were still", () =>
  withScene({ isPerFile: true, runMs: 10 }, async (scene) => {
    for (let i = 0; i < 60; i++) scene.files.write(`${i}`, "1");
    await scene.pass(2_000);
    const expected = Array.from({ length: 60 }, (_, i) => `${100 + 10 * i} `);
    assertEquals(
      scene.runs.map((run) => run.replace(/\d+$/, "")),
      expected,
    );
    assertEquals(new Set(scene.runs.map((run) => run.split(" ")[1])).size, 60);
    assertEquals(scene.files.looks, 1);
  }));

Deno.test("the stream ends when it is told to, whatever is waited for", () =>
  withScene({}, async (scene) => {
    scene.files.write("a", "2");
    await scene.pass(50);
    scene.stop.abort();
    await scene.files.end();
    await scene.ended;
    assertEquals(scene.runs, []);
  }));

Deno.test("what the watching throws is thrown", () =>
  withScene({}, async (scene) => {
    await scene.files.end(new Error("no such folder"));
    await assertRejects(() => scene.ended, Error, "no such folder");
  }));
