import { assertEquals, assertNotEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { type Snapshot, takeSnapshot } from "../../../lib/watch/snapshot.ts";
import { Watcher, type WatcherOptions } from "../../../lib/watch/watcher.ts";
import { soon, until, withFolder } from "../support.ts";

/** So long between two looks that only an event can be what is noticed. */
const BY_EVENTS = {
  usesEvents: true,
  trustsEvents: true,
  intervalMs: 3_600_000,
};
const WITH_SWEEP = { ...BY_EVENTS, trustsEvents: false, intervalMs: 20 };
const BY_LOOKS = { ...WITH_SWEEP, usesEvents: false };

interface Scene {
  folder: string;
  file: string;
  watcher: Watcher;
  /** What was yielded so far. */
  seen: Snapshot[];
  stop: AbortController;
  /** Resolves when the watcher has ended. */
  ended: Promise<void>;
  /** Waits until so many snapshots were yielded, and returns the last one's digest. */
  digest: (count: number) => Promise<string>;
}

function withWatcher(
  options: Partial<WatcherOptions>,
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  return withFolder(async (root) => {
    const folder = join(root, "etc");
    const file = join(folder, "krakend.json");
    await ensureDir(folder);
    await Deno.writeTextFile(file, "0");
    const stop = new AbortController();
    const troubles: unknown[] = [];
    const watcher = new Watcher({ files: [file], trees: [] }, {
      modeOf: () => BY_EVENTS,
      signal: stop.signal,
      onTrouble: (error) => troubles.push(error),
      ...options,
    });
    const seen: Snapshot[] = [];
    const ended = (async () => {
      for await (const snapshot of watcher) seen.push(snapshot);
    })();
    const digest = async (count: number) => {
      await until(`${count} states were seen`, () => seen.length >= count);
      assertEquals(seen.length, count);
      return seen.at(-1)?.digest ?? "";
    };
    try {
      await test({ folder, file, watcher, seen, stop, ended, digest });
      assertEquals(troubles, []);
    } finally {
      stop.abort();
      await soon("the watcher ended", ended);
    }
  });
}

Deno.test("a watcher yields the state of the files at once", () =>
  withWatcher({}, async ({ seen, digest, file }) => {
    assertEquals(await digest(1), (await takeSnapshot([file])).digest);
    assertEquals([...seen[0]?.files.keys() ?? []], [file]);
  }));

Deno.test("a watcher yields again after a change of content, by events alone", () =>
  withWatcher({}, async ({ file, folder, digest }) => {
    const states = [await digest(1)];
    const replace = async (text: string) => {
      const other = join(folder, "other");
      await Deno.writeTextFile(other, text);
      await Deno.rename(other, file);
    };
    const deeds = [
      () => replace("1"),
      () => replace("2"),
      () => Deno.remove(file),
      () => Deno.symlink(join(folder, "missing"), file),
      () => replace("3"),
    ];
    let count = 1;
    for (const deed of deeds) {
      await deed();
      // A link to nothing is as missing as the file was.
      if (deed !== deeds[3]) states.push(await digest(++count));
    }
    assertEquals(new Set(states).size, 5);
  }));

Deno.test("a watcher yields the swap of a ConfigMap", () =>
  withWatcher({}, async ({ file, folder, digest }) => {
    const swap = async (version: string) => {
      await ensureDir(join(folder, `..${version}`));
      await Deno.writeTextFile(
        join(folder, `..${version}`, "krakend.json"),
        version,
      );
      await Deno.symlink(`..${version}`, join(folder, "..tmp"));
      await Deno.rename(join(folder, "..tmp"), join(folder, "..data"));
    };
    await digest(1);
    await swap("v1");
    await Deno.symlink("..data/krakend.json", join(folder, "link"));
    await Deno.rename(join(folder, "link"), file);
    const before = await digest(2);
    await swap("v2");
    assertNotEquals(await digest(3), before);
  }));

Deno.test("a watcher yields nothing for a file that was written anew with the same content", () =>
  withWatcher({}, async ({ file, folder, digest }) => {
    const first = await digest(1);
    await Deno.writeTextFile(join(folder, "same"), "0");
    await Deno.rename(join(folder, "same"), file);
    await Deno.utime(file, new Date(0), new Date(0));
    // What is yielded next is the next change of content.
    await Deno.writeTextFile(join(folder, "other"), "1");
    await Deno.rename(join(folder, "other"), file);
    assertNotEquals(await digest(2), first);
  }));

Deno.test("a watcher goes on in a folder that was replaced", () => {
  // Between the look for the folder and the watch on it, the folder may go.
  const options = { modeOf: () => WITH_SWEEP, onTrouble: () => {} };
  return withWatcher(options, async ({ file, folder, seen, digest }) => {
    await digest(1);
    await Deno.remove(folder, { recursive: true });
    await digest(2);
    await ensureDir(folder);
    await Deno.writeTextFile(join(folder, "new"), "1");
    await Deno.rename(join(folder, "new"), file);
    const second = await digest(3);
    await Deno.writeTextFile(file, "22");
    await until("the change is seen", () => seen.at(-1)?.digest !== second);
  });
});

Deno.test("the sweep finds what no event tells", () =>
  withWatcher(
    { modeOf: () => WITH_SWEEP },
    async ({ file, folder, digest }) => {
      // A second name of the same file, of which no event tells.
      const name = join(folder, "..", "name");
      await Deno.link(file, name);
      const first = await digest(1);
      using other = await Deno.open(name, { write: true });
      await other.write(new TextEncoder().encode("1"));
      assertNotEquals(await digest(2), first);
    },
  ));

Deno.test("looks alone find every change where events are not asked for", () =>
  withWatcher({ modeOf: () => BY_LOOKS }, async ({ file, folder, digest }) => {
    const states = [await digest(1)];
    await Deno.writeTextFile(join(folder, "other"), "1");
    await Deno.rename(join(folder, "other"), file);
    states.push(await digest(2));
    await Deno.remove(file);
    states.push(await digest(3));
    assertEquals(new Set(states).size, 3);
  }));

Deno.test("what a look finds is yielded too", () =>
  withWatcher({}, async ({ watcher, file, folder, digest }) => {
    await digest(1);
    // A second name of the same file, of which no event tells.
    const name = join(folder, "..", "name");
    await Deno.link(file, name);
    await Deno.writeTextFile(name, "1");
    const { digest: found } = await watcher.look();
    assertEquals(await digest(2), found);
    assertEquals((await watcher.look()).digest, found);
  }));

Deno.test("a watcher ends when it is told to, and leaves nothing open", {
  sanitizeResources: true,
}, () =>
  withWatcher({}, async ({ stop, ended, digest }) => {
    await digest(1);
    stop.abort();
    await soon("the watcher ended", ended);
  }));

Deno.test("a watcher that is told to end before it began yields nothing", () =>
  withWatcher({ signal: AbortSignal.abort() }, async ({ ended, seen }) => {
    await soon("the watcher ended", ended);
    assertEquals(seen, []);
  }));

Deno.test("of two inputs that are one file, both are seen to change at once", () =>
  withFolder(async (folder) => {
    const file = join(folder, "a");
    await Deno.writeTextFile(file, "1");
    await Deno.symlink("a", join(folder, "b"));
    const stop = new AbortController();
    const watcher = new Watcher(
      { files: [file, join(folder, "b")], trees: [] },
      {
        modeOf: () => BY_EVENTS,
        onTrouble: () => {},
        signal: stop.signal,
      },
    );
    const snapshots = watcher[Symbol.asyncIterator]();
    await snapshots.next();
    await Deno.writeTextFile(file, "22");
    const { value } = await soon("the change is seen", snapshots.next());
    const contents = [...value?.files.values() ?? []].map((state) =>
      state.content
    );
    assertEquals(new Set(contents).size, 1);
    stop.abort();
    await snapshots.return?.(undefined);
  }));
