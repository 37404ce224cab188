import { assert, assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { Playground } from "../helpers/playground.ts";

const RUN = ["run", "-c", "krakend.json"];

/** The memory of a process, in bytes (Linux). */
function memoryOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
}

Deno.test(
  "a file of three gigabytes in a watched folder is not read: it costs no memory, and saves are served beside it",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using place = await Playground.open();
    await ensureDir(place.path("data"));
    const path = place.path("data/dump.sql");
    using file = await Deno.open(path, { create: true, write: true });
    // It has holes only, so it takes no room.
    await file.truncate(3 * 1024 ** 3);
    const watch = await place.startAndServe({
      args: ["--watch", "data", ...RUN],
    });
    await place.save("/two");
    await place.serves("/two");
    await place.restarts(1);
    await file.write(new TextEncoder().encode("more"));
    await place.reports("data/dump.sql changed");
    await place.restarts(2);
    const memory = memoryOf(watch.pid);
    assert(memory < 500 * 1024 ** 2, `${memory}`);
  },
);

Deno.test("a gateway starts before its folders are listed, however many files are in them", async () => {
  await using place = await Playground.open();
  await ensureDir(place.path("many"));
  for (let i = 0; i < 2_000; i++) {
    Deno.writeTextFileSync(place.path(`many/${i}.txt`), `${i}`);
  }
  // To read these takes longer than any start. They have holes only.
  for (let i = 0; i < 50; i++) {
    using file = await Deno.create(place.path(`many/large${i}.txt`));
    await file.truncate(15 * 1024 ** 2);
  }
  for (
    const [args, env] of [
      [["--watch", "many"], {}],
      [["-r", "\\.txt$"], {}],
      [[], { FC_ENABLE: "1", FC_PARTIALS: "many" }],
    ] as const
  ) {
    await using watch = await place.startAndServe({
      args: [...args, ...RUN],
      env: { ...env },
    });
    // The number of files is not known yet.
    await place.reports("watching krakend.json and more for");
    await place.staysQuiet();
    assertEquals(place.starts, 1);
    watch.signal("SIGTERM");
    await watch.status;
  }
});

Deno.test("a change deep in a large folder of partials is served", async () => {
  await using place = await Playground.open();
  for (let i = 0; i < 400; i++) {
    await ensureDir(place.path(`partials/${i}`));
    await Deno.writeTextFile(place.path(`partials/${i}/p.txt`), "1");
  }
  const config = place.configWith({ name: "NAME" }, "/one")
    .replace("NAME", '{{ include "7/p.txt" }}');
  await Deno.writeTextFile(place.file, config);
  await place.startAndServe({
    env: { FC_ENABLE: "1", FC_PARTIALS: "partials" },
  });
  await Deno.writeTextFile(place.path("partials/7/p.txt"), "2");
  await place.reports("partials/7/p.txt changed");
  await place.restarts(1);
});

/** Our output, and names of the same file. */
const LOGS = ["gateway.log", "hard.log", "soft.log"];

for (
  const [args, env] of [
    [["--watch", "."], {}],
    [["-r", ".*"], {}],
    [[], { FC_ENABLE: "1", FC_PARTIALS: "." }],
  ] as const
) {
  Deno.test(`with ${[...args, ...Object.keys(env)].join(" ")}, our own log is no input by any of its names, and other files are`, async () => {
    await using place = await Playground.open();
    const [log = "", hard = "", soft = ""] = LOGS.map((it) => place.path(it));
    await Deno.writeTextFile(log, "");
    await Deno.link(log, hard);
    await Deno.symlink(log, soft);
    const redirect = ["sh", "-c", `exec "$@" >> gateway.log 2>&1`, "sh"];
    place.start({
      args: [...args, ...RUN],
      env: { ...env },
      wrapper: redirect,
    });
    await place.serves("/one");
    const starts = () =>
      Deno.readTextFileSync(log).split("krakend-watch: ready in ").length - 1;
    await place.until("it is ready", () => starts() === 1);
    // Each answer is a line of the log.
    for (let i = 0; i < 100; i++) await place.statusOf("/one");
    await Deno.writeTextFile(place.path("other.txt"), "1");
    await place.until("another file is seen", () => starts() === 2);
    for (let i = 0; i < 100; i++) await place.statusOf("/one");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assertEquals(starts(), 2, Deno.readTextFileSync(log));
  });
}

Deno.test("a log that comes through a pipe into a watched folder is warned of", async () => {
  await using place = await Playground.open();
  await ensureDir(place.path("logs"));
  await ensureDir(place.path("pipes"));
  const script = `mkfifo pipes/log; tee -a logs/all.log < pipes/log &
    exec "$@" > pipes/log 2>&1`;
  place.start({
    args: ["--watch", "logs", ...RUN],
    wrapper: ["sh", "-c", script, "sh"],
  });
  await place.reports("logs/all.log has changed 10 times in a row");
});

Deno.test("a name that is not UTF-8 costs the folder no event, and its file is no input", async () => {
  await using place = await Playground.open();
  await ensureDir(place.path("data"));
  const write = async (text: string) => {
    const script = `printf %s '${text}' > "$(printf 'data/a\\377.txt')"`;
    await new Deno.Command("sh", { args: ["-c", script], cwd: place.folder })
      .output();
  };
  await write("1");
  // Only an event can come so early.
  await place.startAndServe({
    args: ["--watch", "data", "--settle", "10ms", ...RUN],
  });
  for (const i of [1, 2, 3]) {
    await write(`${i + 1}`);
    await Deno.writeTextFile(place.path(`data/b${i}.txt`), "1");
    await place.reports(`data/b${i}.txt changed`);
    await place.restarts(i);
  }
  await place.staysQuiet();
  assertEquals(place.count("No file system events"), 0);
  assertEquals(place.starts, 4);
});

/** How long something takes, in milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A configuration of two megabytes, on many lines or on one. */
function large(place: Playground, more: object, indent?: number): string {
  const words = Array.from({ length: 60_000 }, (_, i) => `lorem ipsum ${i}`);
  const config = JSON.parse(place.config("/one"));
  return JSON.stringify({ ...config, ...more, "@words": words }, null, indent);
}

/** Changes of a configuration, of which the way must not be long: a name, and the text. */
const CHANGES: Readonly<Record<string, (place: Playground) => string>> = {
  "on many lines": (place) => large(place, { name: "b" }, 1),
  "on one line": (place) => large(place, { name: "b" }),
  "with a comma too many at the end": (place) =>
    large(place, {}, 1).replace(/\n\}$/, ",\n}"),
  "with a comma too many on one line": (place) =>
    large(place, {}).replace(/\}$/, ",}"),
  "with a value of 150,000 lines": (place) =>
    large(place, { port: `a${"\n".repeat(150_000)}x` }, 1),
  "with a value of two megabytes": (place) =>
    large(place, { timeout: "a".repeat(2_000_000) }, 1),
  "with a text of two megabytes that is changed": (place) =>
    large(place, { name: "a".repeat(2_000_000) }, 1),
  "with 100,000 names that stand twice": (place) =>
    large(place, {}, 1).replace("{", `{${'"a": 1,'.repeat(100_000)}`),
};

for (const [name, textOf] of Object.entries(CHANGES)) {
  Deno.test(`the way of two megabytes ${name} takes a small multiple of what krakend check takes`, async () => {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.file, large(place, {}, 1));
    await place.startAndServe();
    const text = textOf(place);
    const copy = place.path("copy.json");
    await Deno.writeTextFile(copy, text);
    const check = await timeOf(() =>
      new Deno.Command(place.gateway, {
        args: ["check", "-c", copy],
        stdin: "null",
      }).output()
    );
    const isDone = () => place.starts > 1 || place.count("is refused") > 0;
    const way = await timeOf(async () => {
      await Deno.writeTextFile(place.file, text);
      await place.until("it is served or refused", isDone);
    });
    // The settle time is part of it, and a boot or a second check.
    const multiple = (way - 150) / Math.max(check, 50);
    assert(multiple < 12, `${way} ms, a check takes ${check} ms`);
  });
}

for (
  const [name, body] of [
    ["a fault of a template", '{{ fail "x" }}{{ nothing }}'],
    ["an action that never ends", "{{ if "],
    ["a compiled fault", '{{ "," }}'],
  ] as const
) {
  Deno.test(`${name} in 200 kB is explained in a small multiple of what krakend check takes`, async () => {
    await using place = await Playground.open();
    const filler = '{{/* a */}} "\\" {{ `}}` }} <at> '.repeat(6_000);
    const text = `{"version": 3, ${body} "a": "${filler}"}`;
    await Deno.writeTextFile(place.file, text);
    const env = { FC_ENABLE: "1" };
    const check = await timeOf(() =>
      new Deno.Command(place.gateway, {
        args: ["check", "-c", "krakend.json"],
        cwd: place.folder,
        env,
        stdin: "null",
      }).output()
    );
    const ours = await timeOf(async () => {
      const watch = place.start({
        args: ["--once", "check", "-c", "krakend.json"],
        env,
      });
      await watch.status;
    });
    const multiple = (ours - 150) / Math.max(check, 50);
    assert(multiple < 12, `${ours} ms, a check takes ${check} ms`);
    assert(place.lines.every((line) => line.length < 1_000_000));
  });
}
