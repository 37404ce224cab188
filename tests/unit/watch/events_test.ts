import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FolderEvents } from "../../../lib/watch/events.ts";
import { Folder } from "./support.ts";

/** A `Deno.FsWatcher` to which happens what a test decides. */
class FakeWatcher {
  readonly #pending: PromiseWithResolvers<IteratorResult<Deno.FsEvent>>[] = [];
  #next = 0;
  isOpen = true;

  constructor(readonly paths: string[], readonly recursive: boolean) {}

  close(): void {
    this.isOpen = false;
    this.#slot(this.#next).resolve({ done: true, value: undefined });
  }

  emit(kind: Deno.FsEvent["kind"], ...paths: string[]): void {
    this.#slot(this.#next++).resolve({ done: false, value: { kind, paths } });
  }

  overflow(): void {
    const value: Deno.FsEvent = { kind: "any", paths: [], flag: "rescan" };
    this.#slot(this.#next++).resolve({ done: false, value });
  }

  fail(error: Error): void {
    this.#slot(this.#next++).reject(error);
  }

  [Symbol.asyncIterator]() {
    let i = 0;
    return { next: () => this.#slot(i++).promise };
  }

  #slot(i: number): PromiseWithResolvers<IteratorResult<Deno.FsEvent>> {
    return this.#pending[i] ??= Promise.withResolvers();
  }
}

/** Events of folders that fakes make, in a time of its own. */
class Scene implements AsyncDisposable {
  readonly #clock = FakeTimers.install({
    toFake: ["performance", "setTimeout"],
  });
  readonly #genuine = { watchFs: Deno.watchFs, openSync: Deno.openSync };
  readonly #timeout = AbortSignal.timeout;
  /** All watchers that were opened, the newest last. */
  readonly opened: FakeWatcher[] = [];
  /** Errors for the next calls of `Deno.watchFs`. */
  readonly faults: Error[] = [];
  /** Errors for opening folders, by path. */
  readonly closed = new Map<string, Error>();
  /** What was asked whether it concerns an input. */
  readonly asked: [path: string, isWrite: boolean][] = [];
  readonly troubles: string[] = [];
  hints = 0;
  readonly events: FolderEvents;

  constructor(scratch?: string) {
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), ms);
      return controller.signal;
    };
    Object.assign(Deno, {
      openSync: (path: string) => {
        const fault = this.closed.get(path);
        if (fault) throw fault;
        return { close() {} };
      },
      watchFs: (paths: string[], { recursive }: { recursive: boolean }) => {
        const fault = this.faults.shift();
        if (fault) throw fault;
        const isAgain = this.opened.some((it) =>
          it.isOpen && it.paths.some((path) => paths.includes(path))
        );
        assertEquals(isAgain, false, "a path is watched twice");
        const watcher = new FakeWatcher(paths, recursive);
        this.opened.push(watcher);
        return watcher;
      },
    });
    this.events = new FolderEvents({
      scratch,
      concerns: (path, isWrite) => {
        this.asked.push([path, isWrite]);
        return path.endsWith(".json");
      },
      onHint: () => this.hints++,
      onTrouble: (message) => this.troubles.push(message),
    });
  }

  /** Watches folders by their paths, and roots; a path may end in `=identity`. */
  async watch(
    folders: readonly string[],
    roots: readonly string[] = [],
  ): Promise<boolean | undefined> {
    const identities = new Map(
      [...folders, ...roots].map((path) => {
        const [name = "", identity = "1"] = path.split("=");
        return [name, roots.includes(path) ? "root" : identity];
      }),
    );
    let isAnew: boolean | undefined;
    this.events.watch({ folders: identities, roots: new Set(roots) })
      .then((it) => isAnew = it);
    await this.pass(0);
    return isAnew;
  }

  /** The folders that are watched now. */
  get open(): string[] {
    return this.opened.filter(({ isOpen }) => isOpen)
      .map(({ paths, recursive }) => paths + (recursive ? "/**" : ""));
  }

  async pass(ms: number): Promise<void> {
    await this.#clock.tickAsync(ms);
  }

  /** The machine sleeps: of the timers that would have fired, each fires once. */
  sleep(ms: number): void {
    this.#clock.jump(ms);
  }

  get last(): FakeWatcher {
    const watcher = this.opened.at(-1);
    if (!watcher) throw new Error("no watcher was opened");
    return watcher;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.events.close();
    await this.pass(2_000);
    await closed;
    Object.assign(Deno, this.#genuine);
    AbortSignal.timeout = this.#timeout;
    this.#clock.uninstall();
  }
}

Deno.test("other folders, and one in the place of another, are watched once all are closed", async () => {
  await using scene = new Scene();
  const sets = [["/a"], ["/a", "/b"], ["/b"], ["/b=2"], []];
  const open: string[] = [];
  for (const folders of sets) {
    assertEquals(await scene.watch(folders), folders.length > 0);
    assertEquals(await scene.watch(folders.toReversed()), false);
    open.push(scene.open.join(" and "));
  }
  assertEquals(scene.opened.length, 4);
  assertEquals(open, ["/a", "/a,/b", "/b", "/b", ""]);
});

Deno.test("a root is watched with all that is in it, and no folder of it besides", async () => {
  await using scene = new Scene();
  await scene.watch(["/a", "/root/sub", "/root"], ["/root"]);
  assertEquals(scene.open, ["/a", "/root/**"]);
  await scene.watch(["/root"]);
  assertEquals(scene.open, ["/root"]);
});

Deno.test("an event is a hint if its path concerns an input, and if events were lost; the end of a write is none", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.emit("create", "/a/1.json");
  scene.last.emit("modify", "/a/log");
  scene.last.emit("access", "/a/2.json");
  scene.last.emit("rename", "/a/3", "/a/4.json");
  await scene.pass(0);
  assertEquals(scene.asked, [
    ["/a/1.json", false],
    ["/a/log", true],
    ["/a/3", false],
    ["/a/4.json", false],
  ]);
  assertEquals(scene.hints, 2);
  scene.last.overflow();
  await scene.pass(0);
  assertEquals(scene.hints, 3);
});

Deno.test("after an event about the folder itself it is watched anew", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.emit("remove", "/a");
  await scene.pass(0);
  assertEquals(scene.hints, 1);
  assertEquals(await scene.watch(["/a"]), true);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [false, true]);
});

Deno.test("after too many events at once there are none for ten seconds", async () => {
  await using scene = new Scene();
  const log = (times: number) => {
    for (let i = 0; i < times; i++) scene.last.emit("modify", "/a/log");
  };
  await scene.watch(["/a"]);
  log(99);
  await scene.pass(501);
  log(99);
  await scene.pass(0);
  assertEquals([scene.hints, scene.events.isBusy], [0, false]);
  log(1);
  await scene.pass(0);
  assertEquals([scene.hints, scene.events.isBusy], [1, true]);
  assertEquals(await scene.watch(["/a"]), false);
  assertEquals([scene.open, scene.events.isComplete], [[], false]);
  await scene.pass(10_000);
  assertEquals(await scene.watch(["/a"]), true);
  assertEquals([scene.open, scene.events.isComplete], [["/a"], true]);
});

Deno.test("trouble is reported once until it is over, and the attempt repeated every five seconds", async () => {
  await using scene = new Scene();
  scene.faults.push(new Error("limit 1"), new Error("limit 2"));
  await scene.watch(["/a"]);
  assertEquals(scene.events.isComplete, false);
  await scene.pass(4_999);
  await scene.watch(["/a"]);
  assertEquals(scene.faults.length, 1);
  await scene.pass(1);
  await scene.watch(["/a"]);
  assertEquals([scene.faults.length, scene.opened.length], [0, 0]);
  await scene.pass(5_000);
  assertEquals(await scene.watch(["/a"]), true);
  assertEquals(scene.events.isComplete, true);
  scene.faults.push(new Error("limit 3"));
  await scene.watch(["/b"]);
  const numbers = scene.troubles.map((it) => /limit (\d)/.exec(it)?.[1]);
  assertEquals(numbers, ["1", "3"]);
});

Deno.test("a folder that is gone, or may not be listed, costs no events of others", async () => {
  await using scene = new Scene();
  scene.closed.set("/b", new Deno.errors.NotFound());
  scene.closed.set("/c", new Deno.errors.PermissionDenied());
  for (const other of ["/a", "/d"]) {
    await scene.watch([other, "/b", "/c"]);
    assertEquals(scene.open, [other]);
  }
  assertEquals(scene.troubles.length, 1);
  assertStringIncludes(scene.troubles.join(), "permission denied at /c");
  // And one may go in the very moment.
  scene.faults.push(new Deno.errors.NotFound());
  assertEquals(await scene.watch(["/e"]), false);
  assertEquals(await scene.watch(["/e"]), true);
  assertEquals(scene.troubles.length, 1);
});

Deno.test("the end closes what is open, in trouble too", async () => {
  const opened: FakeWatcher[] = [];
  {
    await using scene = new Scene();
    await scene.watch(["/a"]);
    scene.faults.push(new Error("limit"));
    await scene.watch(["/b"], ["/root"]);
    opened.push(...scene.opened);
  }
  assertEquals(opened.map(({ isOpen }) => isOpen), [false]);
});

Deno.test("a watcher that breaks is trouble, and is replaced", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.fail(new Error("broken"));
  await scene.pass(0);
  assertStringIncludes(scene.troubles.join(), "broken");
  await scene.pass(5_000);
  await scene.watch(["/a"]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [false, true]);
});

Deno.test("where no event arrives any more, nothing is opened or closed, and that is reported once", async () => {
  await using folder = await Folder.make();
  await using scene = new Scene(folder.path);
  await scene.watch(["/a"]);
  assertEquals(scene.open, [`/a,${folder.path}`]);
  await scene.watch(["/b"]);
  await scene.pass(2_000);
  await scene.watch(["/c"]);
  await scene.pass(10_000);
  await scene.watch(["/d"]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [true]);
  assertEquals(scene.troubles.length, 1);
  assertEquals(scene.events.isComplete, false);
});

Deno.test("an event of our own, or any other, shows that they arrive", async () => {
  await using folder = await Folder.make();
  await using scene = new Scene(folder.path);
  await scene.watch(["/a"]);
  for (const next of ["/b", "/c"]) {
    const { last } = scene;
    await scene.watch([next]);
    assertEquals([...Deno.readDirSync(folder.path)], []);
    last.emit("modify", next === "/b" ? folder.at("heartbeat") : "/b/x");
    await scene.pass(0);
    assertEquals(scene.open, [`${next},${folder.path}`]);
  }
  assertEquals([scene.hints, scene.troubles], [0, []]);
});

Deno.test("a program that was stopped while it waits for an event still gets it", async () => {
  await using folder = await Folder.make();
  await using scene = new Scene(folder.path);
  await scene.watch(["/a"]);
  const { last } = scene;
  await scene.watch(["/b"]);
  scene.sleep(60_000);
  last.emit("modify", "/b/x");
  await scene.pass(0);
  assertEquals(scene.open, [`/b,${folder.path}`]);
  assertEquals(scene.troubles, []);
});

Deno.test("a scratch folder that is deleted proves nothing", async () => {
  await using folder = await Folder.make();
  const scratch = folder.at("scratch");
  Deno.mkdirSync(scratch);
  await using scene = new Scene(scratch);
  await scene.watch(["/a"]);
  Deno.removeSync(scratch);
  scene.last.emit("remove", scratch);
  await scene.pass(0);
  await scene.watch(["/b"]);
  assertEquals(scene.open, ["/b"]);
});

Deno.test("nor does another one in its place, if there was no event of the removal", async () => {
  await using folder = await Folder.make();
  const scratch = folder.at("scratch");
  Deno.mkdirSync(scratch);
  // Both exist for a moment, so that the file system gives them two numbers.
  Deno.mkdirSync(folder.at("other"));
  await using scene = new Scene(scratch);
  await scene.watch(["/a"]);
  Deno.removeSync(scratch);
  Deno.renameSync(folder.at("other"), scratch);
  await scene.watch(["/b"]);
  assertEquals([scene.open, scene.troubles], [[`/b,${scratch}`], []]);
});
