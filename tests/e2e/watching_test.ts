import { assert, assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { until } from "../../scripts/lab/until.ts";
import { IMPORT_MAP, MAIN } from "../../scripts/paths.ts";
import type { Input, Snapshot } from "../../lib/watch/snapshot.ts";
import { JSON_FILES, Observer } from "../helpers/observer.ts";
import { canMap, writeThroughMap } from "../helpers/memory_map.ts";
import { PATIENT, Playground } from "../helpers/playground.ts";
import { hasInotify, succeeds } from "../helpers/processes.ts";

/** A watched folder. */
class Watched implements AsyncDisposable {
  readonly #observer: Observer;

  private constructor(readonly folder: string, files: readonly string[]) {
    const inputs: Input[] = files.length > 0
      ? files.map((name) => ({ path: join(folder, name), why: "" }))
      : [{ path: folder, why: "", tree: JSON_FILES }];
    this.#observer = new Observer(inputs, { sweepMs: 500 });
  }

  /** Watches these files of a new folder; without any, all JSON files in it. */
  static async open(...files: readonly string[]): Promise<Watched> {
    const folder = await Deno.makeTempDir({ prefix: "krakend-watch-test-" });
    for (const name of files) {
      await Deno.writeTextFile(join(folder, name), "{}");
    }
    return new Watched(folder, files);
  }

  get latest(): Snapshot | undefined {
    return this.#observer.latest;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  sees(name: string, act: () => Promise<unknown>): Promise<void> {
    return this.#observer.sees(this.path(name), act);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observer[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("of a hundred nested folders, made and filled at once, none is missed", async () => {
  await using watched = await Watched.open();
  for (let i = 0; i < 100; i++) {
    await watched.sees(`${i}/b/c/f.json`, async () => {
      await ensureDir(watched.path(`${i}/b/c`));
      await Deno.writeTextFile(watched.path(`${i}/b/c/f.json`), "{}");
    });
  }
  assertEquals(watched.latest?.files.size, 100);
});

Deno.test("an edit is seen while 20,000 files come into the folder", async () => {
  await using watched = await Watched.open("krakend.json");
  const crowd = (async () => {
    for (let i = 0; i < 20_000; i++) {
      await Deno.writeTextFile(watched.path(`other${i}`), "");
    }
  })();
  for (const text of ["[1]", "[2]", "[3]"]) {
    await watched.sees(
      "krakend.json",
      () => Deno.writeTextFile(watched.path("krakend.json"), text),
    );
  }
  await crowd;
  await watched.sees(
    "krakend.json",
    () => Deno.writeTextFile(watched.path("krakend.json"), "[4]"),
  );
});

Deno.test("edits are seen whatever the clock says", async () => {
  await using watched = await Watched.open("krakend.json");
  const path = watched.path("krakend.json");
  for (const [i, year] of [2035, 1971, 2035, 2026].entries()) {
    await watched.sees("krakend.json", async () => {
      await Deno.writeTextFile(path, `[${i}]`);
      await Deno.utime(
        path,
        new Date(`${year}-01-01`),
        new Date(`${year}-01-01`),
      );
    });
  }
});

Deno.test("saves are served, and nothing else restarts, while the clock jumps to and fro", async () => {
  await using place = await Playground.open();
  const clock = new URL("../helpers/jumping_clock.ts", import.meta.url);
  const program = [
    "run",
    "-A",
    `--preload=${clock}`,
    `--import-map=${IMPORT_MAP}`,
    MAIN,
  ];
  await place.startAndServe({ program });
  for (const [i, year] of [2035, 1971, 2026].entries()) {
    await place.save(`/save/${i}`);
    await Deno.utime(place.file, new Date(`${year}`), new Date(`${year}`));
    await place.serves(`/save/${i}`);
    await place.restarts(i + 1);
  }
  await Deno.utime(place.file, new Date(), new Date());
  await place.staysQuiet();
  assertEquals(place.starts, 4);
});

Deno.test("a file that becomes a folder, a loop and a file again is seen each time", async () => {
  await using watched = await Watched.open("krakend.json");
  const path = watched.path("krakend.json");
  const becomes = (make: () => Promise<unknown>) =>
    watched.sees("krakend.json", async () => {
      await Deno.remove(path);
      await make();
    });
  await becomes(() => Deno.mkdir(path));
  await becomes(() => Deno.symlink("krakend.json", path));
  await becomes(() => Deno.writeTextFile(path, "[1]"));
});

Deno.test({
  name: "a write through a memory map, which gives no event, is served",
  // The calls and their constants are those of glibc.
  ignore: !canMap(),
  async fn() {
    await using place = await Playground.open();
    await place.save("/one", "/aaa");
    await place.startAndServe();
    writeThroughMap(place.file, place.config("/one", "/bbb"));
    await place.serves("/bbb");
  },
});

Deno.test("a named pipe in the folder, at which Deno's own watcher hangs, stops neither sweeps nor the end", async () => {
  await using place = await Playground.open();
  const home = place.path("home");
  await Deno.mkdir(home);
  await Deno.rename(place.file, join(home, "krakend.json"));
  const watch = await place.startAndServe({ cwd: home });
  await until("there are events", () => hasInotify(watch.pid));

  assert(await succeeds("mkfifo", join(home, "pipe")));
  await Deno.writeTextFile(join(home, "krakend.json"), place.config("/pipe"));
  await place.serves("/pipe");
  // A folder that is replaced has to be watched anew.
  await Deno.rename(home, `${home}.old`);
  await Deno.mkdir(home);
  await Deno.writeTextFile(join(home, "krakend.json"), place.config("/new"));
  await place.serves("/new");

  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(place.count("the watcher hangs"), 1);
});

Deno.test("of sixty saves a second the last is served, with few restarts", async () => {
  await using place = await Playground.open();
  await place.startAndServe({ args: PATIENT });
  for (let i = 0; i < 120; i++) {
    await place.save(`/save/${i}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000 / 60));
  }
  await place.serves("/save/119");
  assertEquals(place.count("refused"), 0);
  assert(place.starts <= 12, `it was started ${place.starts} times`);
});

Deno.test("sockets and devices in the folder are no inputs", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe();
  using _ = Deno.listen({ transport: "unix", path: place.path("socket") });
  // Only root may make devices.
  await succeeds("mknod", place.path("device"), "c", "1", "3");
  await place.save("/beside");
  await place.serves("/beside");
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(place.count("warning"), 0);
});

/** A program around one that allows it only so many of a kernel's things for file system events. */
function limited(things: string, to: number): string[] {
  const script = `echo ${to} > /proc/sys/user/${things} && exec "$@"`;
  return ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"];
}

const LIMITED = limited("max_inotify_instances", 0);
const FEW_WATCHES = limited("max_inotify_watches", 3);

Deno.test({
  name:
    "where the system allows no watches, one warning names the remedy and sweeps do the work, until it does",
  ignore: !await succeeds(...LIMITED, "true"),
  async fn() {
    await using place = await Playground.open();
    const watch = await place.startAndServe({ wrapper: LIMITED });
    await place.save("/two");
    await place.serves("/two");
    assertEquals(place.count("warning: No file system events"), 1);
    assertEquals(place.count("sysctl fs.inotify.max_user_instances"), 1);

    const raise = "echo 128 > /proc/sys/user/max_inotify_instances";
    const inside = ["nsenter", `--target=${watch.pid}`, "--user"];
    assert(await succeeds(...inside, "sh", "-c", raise));
    await until("there are events again", () => hasInotify(watch.pid));
    await place.save("/three");
    await place.serves("/three");
    assertEquals(place.count("warning: No file system events"), 1);
  },
});

Deno.test({
  name:
    "a tree with more folders than there may be watches is swept, and one warning names the remedy",
  ignore: !await succeeds(...FEW_WATCHES, "true"),
  async fn() {
    await using place = await Playground.open();
    await ensureDir(place.path("conf/a/b/c/d/e/f"));
    await place.startAndServe({
      args: ["--watch", "conf", "run", "-c", "krakend.json"],
      wrapper: FEW_WATCHES,
    });
    await Deno.writeTextFile(place.path("conf/a/b/c/d/e/f/x"), "");
    await place.restarts(1);
    assertEquals(place.count("warning: No file system events"), 1);
    assertEquals(place.count("sysctl fs.inotify.max_user_watches"), 1);
  },
});
