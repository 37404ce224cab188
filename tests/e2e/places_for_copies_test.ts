import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import type { KrakendWatch } from "../../scripts/lab/watch_process.ts";
import { Playground } from "../helpers/playground.ts";
import {
  hasInotify,
  isRunning,
  processesOf,
  startedPids,
  succeeds,
  writeScript,
} from "../helpers/processes.ts";

const RUN = ["-v", "run", "-c", "krakend.json"];

/** Makes a folder for TMPDIR, and returns its path. */
async function makeTmp(place: Playground): Promise<string> {
  const tmp = place.path("tmp");
  await Deno.mkdir(tmp);
  return tmp;
}

/** Runs commands in mounts of its own, and then the program. */
function mounted(...commands: readonly string[]): string[] {
  const script = [...commands, 'exec "$@"'].join(" && ");
  return ["unshare", "--mount", "sh", "-c", script, "sh"];
}

const CAN_MOUNT = await succeeds(...mounted("mount -t tmpfs x /mnt"), "true");

/** A place of 64 kB at a path. */
function small(path: string): string {
  return `mount -t tmpfs -o size=64k small '${path}'`;
}

/** A name that makes a configuration larger than that. */
const LONG_NAME = { name: "a".repeat(90_000) };

/** Makes sure that a change is served, and that a crash is survived. */
async function works(place: Playground): Promise<void> {
  await place.save("/two");
  await place.serves("/two");
  await place.reports("the old gateway has exited");
  const pid = startedPids(place.lines).at(-1) ?? 0;
  assert(await isRunning(pid), place.lines.join("\n"));
  Deno.kill(pid, "SIGKILL");
  await place.restarts(2);
  assertEquals(await place.statusOf("/two"), 200);
}

Deno.test("a folder of TMPDIR that is missing costs nothing", async () => {
  await using place = await Playground.open();
  const env = { TMPDIR: place.path("missing") };
  await place.startAndServe({ args: RUN, env });
  await works(place);
  assertEquals(place.count("warning"), 0);
});

Deno.test(
  "where no copy can be made, the gateway runs the live file, and one warning names TMPDIR",
  {
    ignore: !CAN_MOUNT,
  },
  async () => {
    await using place = await Playground.open();
    await place.startAndServe({
      args: RUN,
      env: { TMPDIR: place.path("missing") },
      wrapper: mounted("mount -t tmpfs -o ro none /dev/shm"),
    });
    await works(place);
    assertEquals(place.count("warning"), 1);
    await place.reports("let TMPDIR name a folder that can be written");
  },
);

Deno.test(
  "on a root that is read-only the gateway runs, and one warning names TMPDIR",
  {
    ignore: !CAN_MOUNT,
  },
  async () => {
    await using place = await Playground.open();
    const { folder } = place;
    await place.startAndServe({
      args: RUN,
      env: { TMPDIR: "/tmp" },
      wrapper: mounted(
        "mount --make-rprivate /",
        // The folder of the test may be below /tmp, and must be writable from outside.
        `mount --bind '${folder}' '${folder}'`,
        "mount -o remount,bind,ro / 2> /dev/null || mount -o remount,ro /",
        "mount -t tmpfs -o ro none /dev/shm",
        `cd '${folder}'`,
      ),
    });
    await works(place);
    assertEquals(place.count("warning"), 1);
    await place.reports("let TMPDIR name a folder that can be written");
  },
);

Deno.test(
  "in a folder that is full, the gateway runs the live file, and one warning names TMPDIR",
  {
    ignore: !CAN_MOUNT,
  },
  async () => {
    await using place = await Playground.open();
    await Deno.mkdir(place.path("tmp"));
    await Deno.writeTextFile(place.file, place.configWith(LONG_NAME, "/one"));
    await place.startAndServe({
      args: RUN,
      env: { TMPDIR: place.path("tmp") },
      wrapper: mounted(small(place.path("tmp"))),
    });
    await place.reports("no copy of the configuration can be written");
    await Deno.writeTextFile(place.file, place.configWith(LONG_NAME, "/two"));
    await place.serves("/two");
    await place.restarts(1);
    await place.reports("let TMPDIR name a folder with room");
    assertEquals(place.count("warning"), 1);
  },
);

Deno.test(
  "a template that cannot be compiled for want of room is no fault of the template",
  {
    ignore: !CAN_MOUNT,
  },
  async () => {
    await using place = await Playground.open();
    await Deno.mkdir(place.path("tmp"));
    await Deno.writeTextFile(place.path("long.txt"), "a".repeat(40_000));
    const template = place.configWith({ name: "NAME" }, "/one")
      .replace("NAME", '{{ include "long.txt" }}');
    await Deno.writeTextFile(place.file, template);
    place.start({
      env: { TMPDIR: place.path("tmp"), FC_ENABLE: "1" },
      wrapper: mounted(small(place.path("tmp"))),
    });
    await place.reports("could not be checked: ");
    await place.reports("let TMPDIR name a folder with room");
    assertEquals(place.count("is refused"), 0);
    // As soon as it fits, it is served.
    await Deno.writeTextFile(place.path("long.txt"), "a");
    await place.serves("/one");
  },
);

/** The folders of krakend-watch in a folder. */
function foldersIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("krakend-watch-"));
}

/** Kills a krakend-watch and all that it has started, as the end of a container does. */
async function killAll(place: Playground, watch: KrakendWatch): Promise<void> {
  const keeper = processesOf(place.folder)
    .find((line) => line.includes(" keep "));
  assert(keeper);
  for (const { name } of Deno.readDirSync("/proc")) {
    const line = readCommandLine(name);
    if (line === keeper) Deno.kill(Number(name), "SIGKILL");
  }
  watch.signal("SIGKILL");
  for (const pid of startedPids(watch.lines)) {
    if (await isRunning(pid)) Deno.kill(pid, "SIGKILL");
  }
  await watch.status;
}

/** Whatever is started next. */
const NEXT: Readonly<
  Record<string, (place: Playground) => Promise<readonly string[]>>
> = {
  "a gateway": () => Promise.resolve(RUN),
  "a gateway whose configuration is refused": async (place) => {
    await Deno.writeTextFile(place.file, "{");
    return RUN;
  },
  "a repeated check": () => Promise.resolve(["check", "-c", "krakend.json"]),
  "another program": () => Promise.resolve(["-s", "--", "sleep", "60"]),
};

for (const [next, argsOf] of Object.entries(NEXT)) {
  Deno.test(
    `copies of those that were killed with all their processes are removed by ${next}, and no others`,
    { ignore: Deno.build.os !== "linux" },
    async () => {
      await using place = await Playground.open();
      const tmp = place.path("tmp");
      await Deno.mkdir(tmp);
      const env = { TMPDIR: tmp };
      await killAll(place, await place.startAndServe({ args: RUN, env }));
      const left = foldersIn(tmp);
      assertEquals(left.length, 1);
      // One whose owner had lost its lock, one that is being made, and what only has a similar name.
      const lost = `${tmp}/krakend-watch-abc.tmp`;
      await Deno.mkdir(lost);
      await Deno.utime(lost, new Date(0), new Date(0));
      left.push("krakend-watch-abc.tmp");
      await Deno.mkdir(`${tmp}/krakend-watch-def.tmp`);
      await Deno.mkdir(`${tmp}/krakend-watch-mine`);

      await using other = await Playground.open();
      await other.startAndServe({ env });
      const alive = foldersIn(tmp).filter((name) => !left.includes(name));
      place.start({ args: await argsOf(place), env });
      await place.until(
        "the copies of the dead are gone",
        () => left.every((name) => !foldersIn(tmp).includes(name)),
      );
      for (const name of alive) assert(foldersIn(tmp).includes(name), name);
    },
  );
}

Deno.test("a private folder that was made again is locked again", async () => {
  await using place = await Playground.open();
  const tmp = await makeTmp(place);
  const env = { TMPDIR: tmp };
  const watch = await place.startAndServe({ args: RUN, env });
  const [name = ""] = foldersIn(tmp);
  await Deno.remove(`${tmp}/${name}`, { recursive: true });
  await works(place);
  {
    using lock = await Deno.open(`${tmp}/${name}/lock`, { write: true });
    assertEquals(await lock.tryLock(true), false);
  }
  if (Deno.build.os !== "linux") return;
  await killAll(place, watch);
  assertEquals(foldersIn(tmp), [name]);
  place.start({ args: RUN, env });
  await place.until("it is gone", () => !foldersIn(tmp).includes(name));
});

Deno.test("a private folder that a cleaner has removed is made again, and goes at the end", async () => {
  await using place = await Playground.open();
  const tmp = await makeTmp(place);
  const watch = await place.startAndServe({ args: RUN, env: { TMPDIR: tmp } });
  for (const name of foldersIn(tmp)) {
    await Deno.remove(`${tmp}/${name}`, { recursive: true });
  }
  await works(place);
  assertEquals(place.count("warning"), 0);
  assertEquals(foldersIn(tmp).length, 1);
  watch.signal("SIGTERM");
  await watch.status;
  assertEquals(foldersIn(tmp), []);
});

/** Has another user make the private folder again, and returns its path. */
async function replacePrivateFolder(tmp: string): Promise<string> {
  const [name = ""] = foldersIn(tmp);
  const path = `${tmp}/${name}`;
  await Deno.remove(path, { recursive: true });
  await foreignFolder(path);
  return path;
}

/** A folder that every user can write, and another than ours owns. */
async function foreignFolder(path: string): Promise<void> {
  await Deno.mkdir(path);
  await Deno.chmod(path, 0o777);
  await Deno.chown(path, 65_534, 65_534);
}

/** Only root can give a folder away. */
const AS_ROOT = { ignore: Deno.build.os !== "linux" || Deno.uid() !== 0 };

Deno.test(
  "a private folder that another user has made again gets no copy",
  AS_ROOT,
  async () => {
    await using place = await Playground.open();
    const tmp = await makeTmp(place);
    await place.startAndServe({ args: RUN, env: { TMPDIR: tmp } });
    const path = await replacePrivateFolder(tmp);
    await works(place);
    await place.reports("another folder is in the place of");
    assertEquals([...Deno.readDirSync(path)], []);
  },
);

Deno.test(
  "a start that fails where the copy cannot be written again refuses no configuration",
  AS_ROOT,
  async () => {
    await using place = await Playground.open();
    const tmp = await makeTmp(place);
    const gateway = await writeScript(
      place.folder,
      "gateway",
      `[ "$1" = run ] && [ -e fail ] && rm fail && exit 1
     exec "${place.gateway}" "$@"`,
    );
    const env = { TMPDIR: tmp, KRAKEND_BIN: gateway };
    await place.startAndServe({ args: RUN, env });
    await replacePrivateFolder(tmp);
    await Deno.writeTextFile(place.path("fail"), "");
    Deno.kill(startedPids(place.lines).at(-1) ?? 0, "SIGKILL");
    await place.restarts(1);
    assertEquals(await place.statusOf("/one"), 200);
    assertEquals(place.count("is refused"), 0);
  },
);

Deno.test(
  "a folder of another user named like an abandoned one is passed over",
  AS_ROOT,
  async () => {
    await using place = await Playground.open();
    const tmp = await makeTmp(place);
    await foreignFolder(`${tmp}/krakend-watch-abc.tmp`);
    // To open it would take for ever.
    assert(await succeeds("mkfifo", `${tmp}/krakend-watch-abc.tmp/lock`));
    const watch = await place.startAndServe({
      args: RUN,
      env: { TMPDIR: tmp },
    });
    await works(place);
    watch.signal("SIGTERM");
    assertEquals((await watch.status).code, 0);
  },
);

Deno.test("a gateway whose copy is removed while it boots is started again", async () => {
  await using place = await Playground.open();
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && rm away && rm -r "$(dirname "$config")"
     exec "${place.gateway}" "$@"`,
  );
  await place.startAndServe({ args: RUN, env: { KRAKEND_BIN: gateway } });
  await Deno.writeTextFile(place.path("away"), "");
  Deno.kill(startedPids(place.lines).at(-1) ?? 0, "SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
  assertEquals(place.count("is refused"), 0);
});

Deno.test(
  "copies that cannot be removed for want of descriptors are removed later",
  {
    ignore: !await succeeds("prlimit", "--nofile=64:", "true"),
  },
  async () => {
    await using place = await Playground.open();
    const tmp = await makeTmp(place);
    const env = { TMPDIR: tmp, FC_ENABLE: "1" };
    const { pid } = await place.startAndServe({ args: RUN, env });
    await place.until("its folders are watched", () => hasInotify(pid));
    const limit = (count: number) =>
      succeeds("prlimit", `--pid=${pid}`, `--nofile=${count}:`);
    const copies = () =>
      foldersIn(tmp).flatMap((name) => [...Deno.readDirSync(`${tmp}/${name}`)])
        .filter(({ isDirectory }) => isDirectory).length;
    const used = new Set(
      [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => Number(name)),
    );
    // One is enough to read and to write a file.
    let count = 0;
    while (used.has(count)) count++;
    assert(await limit(count + 1));
    await place.save("/two");
    await place.reports("could not be checked");
    assertEquals(copies(), 2);
    assert(await limit(1_024));
    await place.serves("/two");
    await place.until("one copy is left", () => copies() === 1);
  },
);

function readCommandLine(pid: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`)
      .replaceAll("\0", " ");
  } catch {
    return "";
  }
}

Deno.test("a check that is given up keeps nothing of what it has compiled", async () => {
  await using place = await Playground.open();
  const tmp = await makeTmp(place);
  // As krakend-flexibleconfig does, whose file is there for some milliseconds.
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = check ] && { echo secret > "$TMPDIR/KrakenD_parsed.$$"; touch checking; sleep 0.5; }
     "${place.gateway}" "$@"; code=$?
     [ "$1" = check ] && rm "$TMPDIR/KrakenD_parsed.$$"
     exit $code`,
  );
  const watch = await place.startAndServe({
    env: { TMPDIR: tmp, FC_ENABLE: "1", KRAKEND_BIN: gateway },
  });
  await Deno.remove(place.path("checking"));
  await place.save("/two");
  await place.until("it is checked", () => exists(place.path("checking")));
  await place.save("/three");
  await place.serves("/three");
  const strangers = [...Deno.readDirSync(tmp)].map(({ name }) => name)
    .filter((name) => !name.startsWith("krakend-watch-"));
  assertEquals(strangers, []);
  watch.signal("SIGTERM");
  await watch.status;
  assertEquals([...Deno.readDirSync(tmp)], []);
});
