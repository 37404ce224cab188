import { assertEquals } from "@std/assert";
import { changedPaths, type Input } from "../../../lib/watch/snapshot.ts";
import {
  sweepInterval,
  type WatcherOptions,
} from "../../../lib/watch/watcher.ts";
import { holds } from "../../../scripts/lab/until.ts";
import { JSON_FILES, NEVER_MS, Observer } from "../../helpers/observer.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder, Shortage } from "./support.ts";

const LAZY = { ...JSON_FILES, key: "lazy", isLazy: true };

/** A watcher of a folder, whose events have begun. By default there is no sweep. */
class Scene implements AsyncDisposable {
  private constructor(
    readonly folder: Folder,
    readonly observer: Observer,
  ) {}

  static async open(
    inputs: (folder: Folder) => readonly Input[],
    options: Partial<WatcherOptions> = {},
  ): Promise<Scene> {
    const folder = await Folder.make();
    const scratch = folder.at("scratch");
    Deno.mkdirSync(scratch);
    const observer = new Observer(inputs(folder), { scratch, ...options });
    const scene = new Scene(folder, observer);
    await observer.begins();
    if (options.pollMs === undefined) {
      await observer.until("there are events", () => isWatched(scratch));
    }
    return scene;
  }

  get last() {
    const { latest } = this.observer;
    if (!latest) throw new Error("there is no snapshot");
    return latest;
  }

  /** The names of all files in the last snapshot. */
  get names(): string[] {
    return [...this.last.files.keys()]
      .map((path) => path.slice(this.folder.path.length + 1));
  }

  /** Does something, waits for a new snapshot, and returns the names that have changed. */
  async changes(act: () => unknown, names: readonly string[]): Promise<void> {
    const before = this.last;
    await act();
    const changed = () =>
      changedPaths(before, this.last)
        .map((path) => path.slice(this.folder.path.length + 1)).join();
    const expected = names.join();
    await this.observer.until(
      `${expected} change`,
      () => changed() === expected,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.observer[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
    assertEquals(this.observer.troubles, []);
  }
}

/** Whether this process gets events of a folder (Linux). */
function isWatched(folder: string): boolean {
  const inode = Deno.statSync(folder).ino?.toString(16);
  const line = new RegExp(`^inotify .* ino:${inode} `, "m");
  return [...Deno.readDirSync("/proc/self/fdinfo")].some(({ name }) => {
    try {
      return line.test(Deno.readTextFileSync(`/proc/self/fdinfo/${name}`));
    } catch {
      return false;
    }
  });
}

function file(path: string): Input {
  return { path, why: "" };
}

function tree(path: string): Input {
  return { path, why: "", tree: JSON_FILES };
}

Deno.test("the first snapshot is of the files as they are", async () => {
  await using folder = await Folder.make();
  const path = folder.write("krakend.json", "[1]");
  await using observer = new Observer([file(path)], { configFile: path });
  const { files, config, isComplete } = await observer.begins();
  assertEquals([...files.keys()], [path]);
  assertEquals(new TextDecoder().decode(config), "[1]");
  assertEquals(isComplete, true);
});

Deno.test("each way to change a file is found by its events", async () => {
  await using scene = await Scene.open((it) => [file(it.write("a", "0"))]);
  const { folder } = scene;
  const path = folder.at("a");
  const ways: (() => unknown)[] = [
    () => Deno.writeTextFileSync(path, "1"),
    () => folder.replace("a", "2"),
    () => Deno.removeSync(path),
    () => folder.write("a", "3"),
    () => folder.link("a", folder.write("elsewhere/b", "4")),
    () => folder.write("elsewhere/b", "5"),
    () => folder.replace("elsewhere/b", "6"),
    () => folder.replace("a", "7"),
  ];
  for (const way of ways) await scene.changes(way, ["a"]);
  const digests = scene.observer.snapshots.map(({ digest }) => digest);
  assertEquals(new Set(digests).size, ways.length + 1);
});

Deno.test("the swap of a ConfigMap is found by its events", async () => {
  const swap = (folder: Folder, to: string) => {
    folder.write(`..${to}/a.json`, to);
    folder.link("..data", `..${to}`);
  };
  await using scene = await Scene.open((it) => {
    swap(it, "1");
    it.link("a.json", "..data/a.json");
    const shallow = { ...JSON_FILES, excludesFolder: () => true };
    return [{ path: it.path, why: "", tree: shallow }];
  });
  for (const to of ["2", "3"]) {
    await scene.changes(() => swap(scene.folder, to), ["a.json"]);
  }
});

for (const size of ["small", "large"]) {
  Deno.test(`what is behind links to folders, of a ConfigMap and elsewhere, is found by its events in a ${size} tree`, async () => {
    const swap = (folder: Folder, to: string) => {
      folder.write(`tree/..${to}/sub/a.json`, to);
      folder.link("tree/..data", `..${to}`);
    };
    await using scene = await Scene.open((it) => {
      swap(it, "1");
      it.link("tree/sub", "..data/sub");
      for (const name of ["shared/b.json", "other/b.json", "other/c/d.json"]) {
        it.write(name);
      }
      it.link("tree/lib", "../shared");
      it.link("tree/disk", "/");
      for (let i = 0; i < (size === "large" ? 310 : 3); i++) {
        Deno.mkdirSync(it.at(`tree/many/${i}`), { recursive: true });
      }
      const usual = {
        ...JSON_FILES,
        accepts: (path: string) => /^[^.].*\.json$/.test(path),
        excludesFolder: (path: string) => path.startsWith(".."),
      };
      return [{ path: it.at("tree"), why: "", tree: usual }];
    });
    const { folder } = scene;
    const steps: [() => unknown, string[]][] = [
      [() => swap(folder, "2"), ["tree/sub/a.json"]],
      [() => folder.write("tree/..2/sub/a.json", "3"), ["tree/sub/a.json"]],
      [() => swap(folder, "4"), ["tree/sub/a.json"]],
      [() => folder.write("tree/many/7/c.json"), ["tree/many/7/c.json"]],
      [() => folder.write("shared/b.json", "1"), ["tree/lib/b.json"]],
      [() => folder.write("shared/c/d.json"), ["tree/lib/c/d.json"]],
      [() => folder.write("shared/c/d.json", "1"), ["tree/lib/c/d.json"]],
      [() => folder.link("tree/lib", "../other"), [
        "tree/lib/b.json",
        "tree/lib/c/d.json",
      ]],
      [() => folder.write("other/b.json", "2"), ["tree/lib/b.json"]],
    ];
    for (const [act, names] of steps) await scene.changes(act, names);
  });
}

Deno.test("files that come, change, go and move in a tree are found by their events", async () => {
  await using scene = await Scene.open((it) => [tree(it.path)]);
  const { folder } = scene;
  const steps: [() => unknown, string[]][] = [
    [() => folder.write("a.json"), ["a.json"]],
    [() => folder.write("a.json", "1"), ["a.json"]],
    [() => folder.write("x/y/z/b.json"), ["x/y/z/b.json"]],
    [() => folder.replace("x/y/z/b.json", "1"), ["x/y/z/b.json"]],
    [
      () => Deno.renameSync(folder.at("x"), folder.at("w")),
      ["w/y/z/b.json", "x/y/z/b.json"],
    ],
    [() => folder.write("w/y/z/b.json", "2"), ["w/y/z/b.json"]],
    [() => Deno.removeSync(folder.at("a.json")), ["a.json"]],
    [
      () => Deno.removeSync(folder.at("w"), { recursive: true }),
      ["w/y/z/b.json"],
    ],
    [() => folder.link(".#b.json", "me@host.1:2"), [".#b.json"]],
    [() => Deno.removeSync(folder.at(".#b.json")), [".#b.json"]],
  ];
  for (const [act, names] of steps) await scene.changes(act, names);
  folder.write(".git/c.json");
  folder.write("note.txt");
  await scene.changes(() => folder.write("d.json"), ["d.json"]);
  assertEquals(scene.names, ["d.json"]);
});

Deno.test("a tree behind a link, and one that comes later, are watched like any other", async () => {
  const inputs = (folder: Folder) => {
    folder.write("real/a.json");
    return [tree(folder.link("link", "real")), tree(folder.at("late/tree"))];
  };
  await using scene = await Scene.open(inputs);
  const { folder } = scene;
  const change = () => folder.write("real/sub/b.json");
  await scene.changes(change, ["link/sub/b.json"]);
  await scene.changes(() => folder.write("late/tree/c.json"), [
    "late/tree",
    "late/tree/c.json",
  ]);
  await scene.changes(() => folder.write("late/tree/c.json", "1"), [
    "late/tree/c.json",
  ]);
});

Deno.test("no snapshot waits for a lazy tree, whose first listing is no change", async () => {
  await using scene = await Scene.open((it) => {
    it.write("sub/b.json", "1");
    const config = file(it.write("krakend.json"));
    return [config, { path: it.path, why: "", tree: LAZY }];
  });
  const { folder, observer } = scene;
  await observer.until("the tree is listed", () => scene.last.isComplete);
  const [first, complete] = observer.snapshots;
  assertEquals([first?.files.size, complete?.files.size], [1, 2]);
  assertEquals(first?.digest, complete?.digest);
  await scene.changes(() => folder.write("sub/b.json", "2"), ["sub/b.json"]);
});

Deno.test("other inputs make a snapshot, even of the same files, and keep a lazy tree's baseline", async () => {
  const lazy = (folder: Folder) => ({ path: folder.path, why: "", tree: LAZY });
  await using scene = await Scene.open((it) => {
    it.write("a.json", "1");
    return [file(it.write("config")), lazy(it)];
  });
  const { folder, observer } = scene;
  await observer.until("the tree is listed", () => scene.last.isComplete);
  await scene.changes(() => folder.write("a.json", "2"), ["a.json"]);
  const { digest } = scene.last;
  const set = async (inputs: readonly Input[]) => {
    observer.watcher.inputs = inputs;
    const isPosted = () => scene.last.inputs === inputs;
    await observer.until("they are taken", isPosted);
  };
  await set([file(folder.at("config")), lazy(folder)]);
  assertEquals([scene.last.digest, scene.last.isComplete], [digest, true]);
  await set([file(folder.at("config")), file(folder.write("tls.pem"))]);
  assertEquals(scene.names, ["config", "tls.pem"]);
  await scene.changes(() => folder.write("tls.pem", "1"), ["tls.pem"]);
});

Deno.test("names that are not UTF-8, pipes, sockets and devices neither count nor disturb", async () => {
  await using scene = await Scene.open((it) => {
    it.write("a.json");
    return [tree(it.path)];
  });
  const { folder } = scene;
  const script =
    `cd '${folder.path}'; mkdir $'d\\377'; echo > $'a\\377.json'; ` +
    "echo > $'d\\377/b.json'; mv $'a\\377.json' $'b\\377.json'";
  assertEquals(await succeeds("bash", "-c", script), true);
  using _socket = Deno.listen({ transport: "unix", path: folder.at("s.json") });
  await succeeds("mknod", folder.at("device.json"), "c", "1", "3");
  await scene.changes(() => folder.write("b.json"), ["b.json"]);
  assertEquals(scene.names, ["a.json", "b.json"]);
});

Deno.test("the sweep finds what gives no event", async () => {
  const inputs = (folder: Folder) =>
    ["a", "b"].map((name) => {
      const path = folder.write(`home/${name}`, "0");
      Deno.linkSync(path, folder.at(name));
      return file(path);
    });
  await using scene = await Scene.open(inputs, { sweepMs: 20 });
  const { folder } = scene;
  // Another name of the file, in a folder that is not watched.
  await scene.changes(() => folder.write("a", "1"), ["home/a"]);
  // With the same size and times as before, once these were seen.
  Deno.utimeSync(folder.at("a"), 1, 1);
  await scene.changes(() => folder.write("b", "1"), ["home/b"]);
  await scene.changes(() => {
    folder.write("a", "2");
    Deno.utimeSync(folder.at("a"), 1, 1);
  }, ["home/a"]);
});

Deno.test("a folder that another one replaces without an event is watched", async () => {
  const path = "home/etc/a";
  const open = (it: Folder) => [file(it.write(path, "0"))];
  await using scene = await Scene.open(open, { sweepMs: 20 });
  const { folder } = scene;
  Deno.renameSync(folder.at("home"), folder.at("old"));
  folder.write(path, "0");
  const isFollowed = () => isWatched(folder.at("home/etc"));
  await scene.observer.until("the new folder is watched", isFollowed);
});

Deno.test("to poll needs no events", async () => {
  await using scene = await Scene.open((it) => {
    it.write("tree/a.json");
    return [file(it.write("a", "0")), tree(it.at("tree"))];
  }, { pollMs: 20, sweepMs: NEVER_MS });
  const { folder } = scene;
  await scene.changes(() => folder.replace("a", "1"), ["a"]);
  await scene.changes(() => Deno.removeSync(folder.at("a")), ["a"]);
  await scene.changes(() => folder.write("tree/x/b.json"), ["tree/x/b.json"]);
  assertEquals(isWatched(folder.path), false);
});

Deno.test("a folder with a busy log is swept instead, and its inputs are found all the same", async () => {
  await using scene = await Scene.open((it) => [file(it.write("etc/a", "0"))], {
    sweepMs: 300,
  });
  const { folder } = scene;
  const etc = folder.at("etc");
  await scene.observer.until("it is watched", () => isWatched(etc));
  const options = { create: true, write: true };
  using log = Deno.openSync(folder.at("etc/log"), options);
  using other = Deno.openSync(folder.at("etc/other"), options);
  const logs = [log, other];
  await scene.observer.until("it is not watched any more", () => {
    for (let i = 0; i < 50; i++) {
      for (const log of logs) log.writeSync(new Uint8Array(10));
    }
    return !isWatched(etc);
  });
  await scene.changes(() => folder.write("etc/a", "1"), ["etc/a"]);
  await scene.changes(() => folder.replace("etc/a", "2"), ["etc/a"]);
});

Deno.test("what goes wrong becomes trouble, and watching goes on", async () => {
  await using folder = await Folder.make();
  let fails = true;
  await using observer = new Observer([file(folder.write("a", "0"))], {
    sweepMs: 20,
    onSnapshot: (snapshot) => {
      if (fails) throw new Error("full disk");
      observer.snapshots.push(snapshot);
    },
  });
  await observer.until("there is trouble", () => observer.troubles.length > 0);
  assertEquals(observer.troubles, ["Cannot compare the files: full disk"]);
  fails = false;
  folder.replace("a", "1");
  await observer.begins();
});

Deno.test("while no descriptor is left, one message says so, and nothing counts as changed", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "0");
  await using observer = new Observer([file(path)], { sweepMs: 20 });
  await observer.begins();
  {
    using shortage = new Shortage();
    folder.write("a", "1");
    await observer.until("it was tried often", () => shortage.calls > 5);
    assertEquals(observer.snapshots.length, 1);
    assertEquals(observer.troubles, [
      "Cannot compare the files: Too many open files",
    ]);
  }
  await observer.until(
    "the change is found",
    () => observer.snapshots.length === 2,
  );
});

Deno.test(
  "a watcher that is disposed of posts nothing more, and keeps nothing open",
  {
    sanitizeOps: true,
    sanitizeResources: true,
  },
  async () => {
    await using folder = await Folder.make();
    const inputs = [file(folder.write("a", "0")), tree(folder.path)];
    for (const waits of [false, true]) {
      await using observer = new Observer(inputs, { sweepMs: 20 });
      if (waits) {
        await observer.sees(
          folder.at("a"),
          () => Deno.writeTextFile(folder.at("a"), "1"),
        );
      }
      await observer[Symbol.asyncDispose]();
      const { length } = observer.snapshots;
      folder.write("a", "2");
      await holds(
        "nothing is posted",
        () => observer.snapshots.length === length,
        60,
      );
    }
  },
);

Deno.test("sweeps come as often as is asked for, but for so many files that they would cost much", () => {
  const intervals = { sweepMs: 500, pollMs: undefined };
  const events = { isComplete: true, isBusy: false };
  const busy = { isComplete: false, isBusy: true };
  const failed = { isComplete: false, isBusy: false };
  assertEquals(sweepInterval(intervals, events, 5), 500);
  assertEquals(sweepInterval(intervals, events, 10_000), 5_000);
  assertEquals(sweepInterval(intervals, events, 1_000_000), 30_000);
  assertEquals(sweepInterval(intervals, failed, 5), 500);
  assertEquals(sweepInterval(intervals, failed, 20_000), 1_000);
  assertEquals(sweepInterval(intervals, busy, 5), 200);
  assertEquals(sweepInterval({ ...intervals, pollMs: 50 }, events, 5), 50);
  assertEquals(sweepInterval({ ...intervals, pollMs: 50 }, busy, 2_000), 100);
});
