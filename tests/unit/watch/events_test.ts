import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describeTrouble, FolderEvents } from "../../../lib/watch/events.ts";
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
    toFake: ["performance", "setTimeout", "clearTimeout"],
  });
  readonly #genuine = { watchFs: Deno.watchFs, openSync: Deno.openSync };
  /** All watchers that were opened, the newest last. */
  readonly opened: FakeWatcher[] = [];
  /** Errors for the next calls of `Deno.watchFs`. */
  readonly faults: Error[] = [];
  /** Errors for opening folders, by path. */
  readonly closed = new Map<string, Error>();
  readonly paths: string[] = [];
  readonly troubles: unknown[] = [];
  gaps = 0;
  readonly events: FolderEvents;

  constructor(scratch?: string) {
    Object.assign(Deno, {
      openSync: (path: string) => {
        const fault = this.closed.get(path);
        if (fault) throw fault;
        return { close() {} };
      },
      watchFs: (paths: string[], { recursive }: { recursive: boolean }) => {
        const fault = this.faults.shift();
        if (fault) throw fault;
        const watcher = new FakeWatcher(paths, recursive);
        for (const { isOpen, paths } of this.opened) {
          const isAgain = paths.some((path) => watcher.paths.includes(path));
          assertEquals(isOpen && isAgain, false, "a path is watched twice");
        }
        this.opened.push(watcher);
        return watcher;
      },
    });
    this.events = new FolderEvents({
      scratch,
      onEvent: (path) => this.paths.push(path),
      onGap: () => this.gaps++,
      onTrouble: (error) => this.troubles.push((error as Error).message),
    });
  }

  /** Watches folders by their paths, and roots; a path may end in `=identity`. */
  async watch(folders: readonly string[], roots: readonly string[] = []) {
    const parse = (paths: readonly string[]) =>
      new Map(paths.map((path) => {
        const [name = "", identity = "1"] = path.split("=");
        return [name, identity];
      }));
    this.events.watch(parse(folders), parse(roots));
    await this.pass(0);
  }

  async pass(ms: number): Promise<void> {
    await this.#clock.tickAsync(ms);
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
    this.#clock.uninstall();
  }
}

Deno.test("folders that are watched already stay so", async () => {
  await using scene = new Scene();
  await scene.watch(["/a", "/b"]);
  await scene.watch(["/b", "/a"]);
  assertEquals(scene.opened.map(({ paths }) => paths), [["/a", "/b"]]);
  assertEquals([scene.gaps, scene.events.isComplete], [1, true]);
});

Deno.test("other folders, and one in the place of another, are watched anew", async () => {
  await using scene = new Scene();
  const sets = [["/a"], ["/a", "/b"], ["/b"], ["/b=2"], []];
  for (const folders of sets) await scene.watch(folders);
  assertEquals(scene.opened.map(({ paths }) => paths.join()), [
    "/a",
    "/a,/b",
    "/b",
    "/b",
  ]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen).includes(true), false);
  assertEquals(scene.gaps, 5);
});

Deno.test("a root is watched with all that is in it, and no folder of it besides", async () => {
  await using scene = new Scene();
  await scene.watch(["/a", "/root/sub", "/root"], ["/root"]);
  const opened = scene.opened.map(({ paths, recursive }) => [recursive, paths]);
  assertEquals(opened, [[false, ["/a"]], [true, ["/root"]]]);
  await scene.watch(["/b"], ["/root"]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [false, true, true]);
});

Deno.test("events give their paths, but not the end of a write", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.emit("create", "/a/1");
  scene.last.emit("access", "/a/2");
  scene.last.emit("rename", "/a/3", "/a/4");
  await scene.pass(0);
  assertEquals([scene.paths, scene.gaps], [["/a/1", "/a/3", "/a/4"], 1]);
});

Deno.test("after an event about the folder itself it is watched anew", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.emit("remove", "/a");
  await scene.pass(0);
  assertEquals(scene.gaps, 2);
  await scene.watch(["/a"]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [false, true]);
});

Deno.test("lost events are a gap", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.overflow();
  await scene.pass(0);
  assertEquals(scene.gaps, 2);
});

Deno.test("a name that is not UTF-8 costs its own event only", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.fail(new TypeError("path contains invalid UTF-8 characters"));
  scene.last.emit("modify", "/a/1");
  await scene.pass(0);
  assertEquals([scene.paths, scene.troubles], [["/a/1"], []]);
});

Deno.test("trouble is reported once until it is over, and the attempt repeated every five seconds", async () => {
  await using scene = new Scene();
  scene.faults.push(new Error("limit 1"), new Error("limit 2"));
  await scene.watch(["/a"]);
  assertEquals(scene.events.isComplete, false);
  await scene.pass(4_999);
  assertEquals(scene.events.isRetryDue, false);
  await scene.watch(["/a"]);
  assertEquals(scene.faults.length, 1);
  await scene.pass(1);
  assertEquals(scene.events.isRetryDue, true);
  await scene.watch(["/a"]);
  assertEquals([scene.faults.length, scene.opened.length], [0, 0]);
  await scene.pass(5_000);
  await scene.watch(["/a"]);
  assertEquals([scene.opened.length, scene.events.isRetryDue], [1, false]);
  assertEquals(scene.events.isComplete, true);
  scene.faults.push(new Error("limit 3"));
  await scene.watch(["/b"]);
  assertEquals(scene.troubles, ["limit 1", "limit 3"]);
});

Deno.test("a folder that has just gone costs no events of others", async () => {
  await using scene = new Scene();
  scene.closed.set("/b", new Deno.errors.NotFound());
  await scene.watch(["/a", "/b"]);
  assertEquals(scene.last.paths, ["/a"]);
  // And it may go in the very moment.
  scene.faults.push(new Deno.errors.NotFound());
  await scene.watch(["/c"]);
  await scene.pass(100);
  assertEquals(scene.events.isRetryDue, true);
  await scene.watch(["/c"]);
  assertEquals([scene.last.paths, scene.troubles], [["/c"], []]);
});

Deno.test("a folder that may not be listed is reported once, and costs no events of others", async () => {
  await using scene = new Scene();
  scene.closed.set("/b", new Deno.errors.PermissionDenied());
  await scene.watch(["/a", "/b"]);
  await scene.watch(["/b", "/c"]);
  assertEquals(scene.opened.map(({ paths }) => paths), [["/a"], ["/c"]]);
  assertEquals(scene.troubles, ["permission denied: /b"]);
});

Deno.test("the end closes what is open, in trouble too", async () => {
  const opened: FakeWatcher[] = [];
  {
    await using scene = new Scene();
    await scene.watch(["/a"]);
    scene.faults.push(new Error("limit"));
    await scene.watch(["/a"], ["/root"]);
    opened.push(...scene.opened);
  }
  assertEquals(opened.map(({ isOpen }) => isOpen), [false]);
});

Deno.test("a watcher that breaks is trouble, and is replaced", async () => {
  await using scene = new Scene();
  await scene.watch(["/a"]);
  scene.last.fail(new Error("broken"));
  await scene.pass(0);
  assertEquals(scene.troubles, ["broken"]);
  await scene.pass(5_000);
  await scene.watch(["/a"]);
  assertEquals(scene.opened.map(({ isOpen }) => isOpen), [false, true]);
});

Deno.test("where no event arrives any more, nothing is opened or closed, and that is reported once", async () => {
  await using folder = await Folder.make();
  await using scene = new Scene(folder.path);
  await scene.watch(["/a"]);
  assertEquals(scene.last.paths, ["/a", folder.path]);
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
    assertEquals(Deno.readTextFileSync(folder.at("heartbeat")), "");
    last.emit("modify", next === "/b" ? folder.at("heartbeat") : "/b/x");
    await scene.pass(0);
    assertEquals(scene.last.paths, [next, folder.path]);
  }
  assertEquals([scene.paths, scene.troubles], [["/b/x"], []]);
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
  assertEquals(scene.last.paths, ["/b"]);
});

Deno.test("trouble names the remedy", () => {
  const remedies = {
    'OS file watch limit reached. about ["/a"]': "fs.inotify.max_user_watches",
    "Too many open files (os error 24)": "fs.inotify.max_user_instances",
    "permission denied: /a": "let this user read the folder",
    "the watcher hangs": "remove the pipe",
  };
  for (const [message, remedy] of Object.entries(remedies)) {
    const text = describeTrouble(new Error(message));
    assertStringIncludes(text, "No file system events (");
    assertStringIncludes(text, remedy);
    assertEquals(/os error|about/.test(text), false);
  }
});
