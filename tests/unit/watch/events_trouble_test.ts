import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { FolderEvents, type Ground } from "../../../lib/watch/events.ts";
import type { FolderEvent } from "../../../lib/watch/folder_event.ts";
import type { Folder } from "../../../lib/watch/folders.ts";

/** These folders, each watched by itself. */
function each(folders: readonly Folder[]): Ground {
  return { folders, roots: [] };
}

const FOLDERS = [{ path: "/etc/krakend", identity: "1" }];
const OTHERS = [{ path: "/etc/other", identity: "2" }];

/** What `Deno.watchFs` is made of where a test decides what it does. */
class FakeWatcher {
  readonly #events = new TransformStream<Deno.FsEvent, Deno.FsEvent>();
  readonly #writer = this.#events.writable.getWriter();
  isOpen = true;

  constructor(readonly paths: readonly string[]) {}

  close(): void {
    this.isOpen = false;
    // A stream that was broken has no end any more.
    this.#writer.close().catch(() => {});
  }

  tell(path: string, kind: Deno.FsEvent["kind"] = "modify"): void {
    this.#writer.write({ kind, paths: [path] });
  }

  /** Says what the system says when it has lost events. */
  overflow(folder: string): void {
    this.#writer.write({ kind: "any", paths: [folder], flag: "rescan" });
  }

  fail(error: Error): void {
    this.#writer.abort(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Deno.FsEvent> {
    return this.#events.readable[Symbol.asyncIterator]();
  }
}

interface Scene {
  events: FolderEvents;
  /** All watchers that were opened, the newest last. */
  opened: FakeWatcher[];
  troubles: string[];
  heard: FolderEvent[];
  /** What the next calls of `Deno.watchFs` throw. */
  faults: Error[];
  pass: (ms: number) => Promise<unknown>;
}

async function withFakes(test: (scene: Scene) => Promise<void>) {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  const opened: FakeWatcher[] = [];
  const faults: Error[] = [];
  const troubles: string[] = [];
  const heard: FolderEvent[] = [];
  const watchFs = (paths: string[]) => {
    const fault = faults.shift();
    if (fault) throw fault;
    const isAlone = opened.every(({ isOpen }) => !isOpen);
    assertEquals(isAlone, true, "two watchers at once");
    const watcher = new FakeWatcher(paths);
    opened.push(watcher);
    return watcher;
  };
  const genuine = Deno.watchFs;
  Object.assign(Deno, { watchFs });
  const events = new FolderEvents({
    onEvent: (event) => heard.push(event),
    onTrouble: (error) => troubles.push((error as Error).message),
  });
  try {
    await test({
      events,
      opened,
      troubles,
      heard,
      faults,
      pass: (ms) => clock.tickAsync(ms),
    });
    await events.close();
    assertEquals(opened.some(({ isOpen }) => isOpen), false);
  } finally {
    Object.assign(Deno, { watchFs: genuine });
    clock.uninstall();
  }
}

Deno.test("folders that are watched already are left alone", () =>
  withFakes(async ({ events, opened }) => {
    await events.watch(each(FOLDERS));
    await events.watch(each([...FOLDERS]));
    assertEquals(opened.map(({ paths }) => paths), [["/etc/krakend"]]);
  }));

Deno.test("other folders, and a folder that was replaced, are watched anew", () =>
  withFakes(async ({ events, opened }) => {
    await events.watch(each(FOLDERS));
    await events.watch(each([...FOLDERS, ...OTHERS]));
    await events.watch(each(OTHERS));
    await events.watch(each([{ path: "/etc/other", identity: "3" }]));
    assertEquals(opened.map(({ paths }) => paths.join()), [
      "/etc/krakend",
      "/etc/krakend,/etc/other",
      "/etc/other",
      "/etc/other",
    ]);
  }));

Deno.test("a folder that is told about itself is watched anew, since its watch may be dead", () =>
  withFakes(async ({ events, opened, pass, heard }) => {
    await events.watch(each(FOLDERS));
    opened[0]?.tell("/etc/krakend/krakend.json");
    await pass(0);
    await events.watch(each(FOLDERS));
    assertEquals([opened.length, heard.length], [1, 1]);
    opened[0]?.tell("/etc/krakend", "remove");
    await pass(0);
    await events.watch(each(FOLDERS));
    assertEquals([opened.length, heard.length], [2, 2]);
  }));

Deno.test("reading is no hint, so a look never causes the next", () =>
  withFakes(async ({ events, opened, pass, heard }) => {
    await events.watch(each(FOLDERS));
    opened[0]?.tell("/etc/krakend/krakend.json", "access");
    await pass(0);
    assertEquals(heard.length, 0);
  }));

Deno.test("only writing to a file is an edit; after lost events anything may have happened", () =>
  withFakes(async ({ events, opened, pass, heard }) => {
    await events.watch(each(FOLDERS));
    const file = "/etc/krakend/krakend.json";
    for (const kind of ["modify", "create", "remove", "rename"] as const) {
      opened[0]?.tell(file, kind);
    }
    opened[0]?.tell("/etc/krakend", "modify");
    opened[0]?.overflow("/etc/krakend");
    await pass(0);
    const kinds = heard.map(({ isEdit, isVague }) =>
      isVague ? "vague" : isEdit ? "edit" : "other"
    );
    assertEquals(kinds, ["edit", "other", "other", "other", "vague", "vague"]);
    assertEquals(heard[0]?.paths, [file]);
  }));

Deno.test("watch() tells whether folders are watched that were not before", () =>
  withFakes(async ({ events, faults }) => {
    assertEquals(await events.watch(each(FOLDERS)), true);
    assertEquals(await events.watch(each(FOLDERS)), false);
    assertEquals(await events.watch(each(OTHERS)), true);
    faults.push(new Error("limit"));
    assertEquals(await events.watch(each(FOLDERS)), false);
    assertEquals(await events.watch(each(FOLDERS)), false);
  }));

Deno.test("no folders are no reason to open a watcher", () =>
  withFakes(async ({ events, opened, troubles }) => {
    await events.watch(each([]));
    await events.watch(each(FOLDERS));
    await events.watch(each([]));
    assertEquals(opened.map(({ isOpen }) => isOpen), [false]);
    assertEquals(troubles, []);
  }));

Deno.test("trouble is told once until it is over, and tried again every five seconds", () =>
  withFakes(async ({ events, opened, troubles, faults, pass }) => {
    faults.push(new Error("limit 1"), new Error("limit 2"));
    await events.watch(each(FOLDERS));
    await pass(4_999);
    await events.watch(each(FOLDERS));
    assertEquals(faults.length, 1, "tried again too early");
    await pass(1);
    await events.watch(each(FOLDERS));
    assertEquals([faults.length, opened.length], [0, 0]);
    await pass(5_000);
    await events.watch(each(FOLDERS));
    assertEquals(opened.length, 1);
    assertEquals(troubles, ["limit 1"]);
    faults.push(new Error("limit 3"));
    await events.watch(each(OTHERS));
    assertEquals(troubles, ["limit 1", "limit 3"]);
  }));

Deno.test("a watcher that breaks is trouble, and is replaced after a while", () =>
  withFakes(async ({ events, opened, troubles, pass }) => {
    await events.watch(each(FOLDERS));
    opened[0]?.fail(new Error("broken"));
    await pass(0);
    assertEquals(troubles, ["broken"]);
    assertEquals(opened[0]?.isOpen, false);
    await events.watch(each(FOLDERS));
    assertEquals(opened.length, 1);
    await pass(5_000);
    await events.watch(each(FOLDERS));
    assertEquals(opened.length, 2);
  }));

Deno.test("roots alone are watched too", () =>
  withFakes(async ({ events, opened }) => {
    assertEquals(await events.watch({ folders: [], roots: FOLDERS }), true);
    assertEquals(opened.map(({ paths }) => paths), [["/etc/krakend"]]);
    assertEquals(events.isOpen, true);
  }));

Deno.test("after trouble, nobody need try before it is time", () =>
  withFakes(async ({ events, faults, pass }) => {
    assertEquals([events.isOpen, events.mayOpen], [false, true]);
    faults.push(new Error("limit"));
    await events.watch(each(FOLDERS));
    assertEquals([events.isOpen, events.mayOpen], [false, false]);
    await pass(5_000);
    assertEquals([events.isOpen, events.mayOpen], [false, true]);
    await events.watch(each(FOLDERS));
    assertEquals([events.isOpen, events.mayOpen], [true, false]);
  }));
