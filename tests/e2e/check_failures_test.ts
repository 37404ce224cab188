import { assert, assertEquals } from "@std/assert";
import { runCheck } from "../../lib/krakend/check.ts";
import type { StartOptions } from "../../scripts/lab/watch_process.ts";
import { holds } from "../../scripts/lab/until.ts";
import { eventAt, eventIn, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import {
  hasInotify,
  isRunning,
  succeeds,
  writeScript,
} from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";

const RUN = ["--log-format=json", "run", "-c", "krakend.json"];

/** The ways in which `krakend check` comes before a boot. */
const WAYS: Readonly<
  Record<string, (place: Playground) => Promise<Partial<StartOptions>>>
> = {
  "with --no-overlap": () =>
    Promise.resolve({ args: ["--no-overlap", ...RUN] }),
  "without the keeper": async (place) => ({
    args: RUN,
    program: await withoutKeeper(place),
  }),
  "with flexible configuration": () =>
    Promise.resolve({ args: RUN, env: { FC_ENABLE: "1" } }),
};

/** Starts a gateway whose checks do something of their own first. */
async function startWith(
  place: Playground,
  onCheck: string,
  { env, ...options }: Partial<StartOptions>,
) {
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     if [ "$1" = check ]; then ${onCheck}; fi
     exec "${place.gateway}" "$@"`,
  );
  const all = { ...options, env: { ...env, KRAKEND_BIN: gateway } };
  const watch = place.start(all);
  await eventAt(place, "ready", 1);
  return watch;
}

for (const [way, optionsOf] of Object.entries(WAYS)) {
  Deno.test(`${way}, a check that a signal ends refuses nothing, and is repeated`, async () => {
    await using place = await Playground.open();
    const onCheck = "[ ! -e deadly ] || kill -9 $$";
    await startWith(place, onCheck, await optionsOf(place));
    await Deno.writeTextFile(place.path("deadly"), "");
    await place.save("/two");
    const { reason, retry_ms } = await eventIn(place, "check_failed");
    assertEquals(reason, "krakend check was ended by SIGKILL");
    assert(retry_ms > 0);
    assertEquals(await place.statusOf("/one"), 200);
    await eventAt(place, "check_failed", 2);
    await Deno.remove(place.path("deadly"));
    await place.serves("/two");
    assertEquals(
      eventsOf(place.lines).filter(({ event }) => event === "rejected"),
      [],
    );
  });
}

Deno.test("while a check is to be repeated, the next save is checked at once", async () => {
  await using place = await Playground.open();
  const onCheck = `! grep -q deadly "$config" || kill -9 $$`;
  await startWith(place, onCheck, { args: ["--no-overlap", ...RUN] });
  await place.save("/deadly");
  const { retry_ms } = await eventIn(
    place,
    "check_failed",
    (it) => it.retry_ms > 2_000,
  );
  const startedAt = performance.now();
  await place.save("/two");
  await place.serves("/two");
  assert(performance.now() - startedAt < retry_ms);
});

Deno.test("once a check that was to be repeated has passed by a request, nothing is reloaded again", async () => {
  await using place = await Playground.open();
  const watch = await startWith(place, "[ ! -e deadly ] || kill -9 $$", {
    args: ["--no-overlap", ...RUN],
  });
  await Deno.writeTextFile(place.path("deadly"), "");
  await place.save("/two");
  await eventAt(place, "check_failed", 1);
  watch.signal("SIGHUP");
  const { retry_ms } = await eventAt(place, "check_failed", 2);
  await Deno.remove(place.path("deadly"));
  watch.signal("SIGHUP");
  await place.serves("/two");
  await eventAt(place, "ready", 2);
  await holds(
    "no further gateway is started",
    () =>
      eventsOf(place.lines).filter(({ event }) => event === "reloading")
        .length === 2,
    retry_ms + 1_000,
  );
});

/** What keeps a check from being started, and takes that away again. */
const OBSTACLES: Readonly<
  Record<string, (place: Playground, pid: number) => Promise<() => unknown>>
> = {
  "krakend is missing for a while": async (place) => {
    await Deno.rename(place.path("gateway"), place.path("away"));
    return () => Deno.rename(place.path("away"), place.path("gateway"));
  },
  "krakend is being written": async (place) => {
    const file = await Deno.open(place.path("gateway"), { append: true });
    return () => file.close();
  },
  "no descriptor is left": async (place, pid) => {
    await place.until("its folders are watched", () => hasInotify(pid));
    const limit = (count: number) =>
      succeeds("prlimit", `--pid=${pid}`, `--nofile=${count}:`);
    const used = new Set(
      [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => Number(name)),
    );
    // Two are enough to read a file, and not for the pipes of a check.
    let count = 0;
    for (let free = 0; free < 2; count++) if (!used.has(count)) free++;
    assert(await limit(count));
    return () => limit(1_024);
  },
};

for (const [name, obstruct] of Object.entries(OBSTACLES)) {
  for (const options of [[], ["--no-overlap"]]) {
    const way = options.length > 0 ? `with ${options}` : "shared";
    Deno.test(`${way}: if ${name}, the configuration is not refused, and is served later`, async () => {
      await using place = await Playground.open();
      const watch = await startWith(place, ":", { args: [...options, ...RUN] });
      const clear = await obstruct(place, watch.pid);
      await place.save("/two");
      await eventIn(place, "check_failed");
      assertEquals(await place.statusOf("/one"), 200);
      await clear();
      await place.serves("/two");
      assertEquals(
        eventsOf(place.lines).filter(({ event }) => event === "rejected"),
        [],
      );
    });
  }
}

Deno.test("a check that takes too long is ended, and nothing is known of the configuration", async () => {
  const spec = { program: "/bin/sleep", args: ["60"], env: {}, cwd: "/" };
  const check = await runCheck(spec, undefined, 100);
  assertEquals(check, {
    kind: "impossible",
    reason: "krakend 60 took longer than 100 ms",
  });
});

Deno.test("what a check has started with its output open delays neither changes nor the end", async () => {
  await using place = await Playground.open();
  const onCheck = "setsid sleep 60 & echo $! >> sleepers";
  const watch = await startWith(place, onCheck, {
    args: ["--no-overlap", ...RUN],
  });
  for (const path of ["/two", "/three"]) {
    await place.save(path);
    await place.serves(path);
  }
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  const text = await Deno.readTextFile(place.path("sleepers"));
  const sleepers = text.trim().split("\n").map(Number);
  assert(sleepers.length >= 2);
  for (const pid of sleepers) {
    assert(await isRunning(pid), "it was not waited for");
    Deno.kill(pid, "SIGKILL");
  }
});

Deno.test("of checks that hang, the last one alone runs, and none survives the end", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.path("checks"), "");
  const onCheck = "echo $$ >> checks; exec sleep 60";
  const watch = await startWith(place, onCheck, { args: RUN });
  const checks = () =>
    Deno.readTextFileSync(place.path("checks")).match(/\d+/g)?.map(Number) ??
      [];
  for (const count of [1, 2, 3]) {
    watch.signal("SIGUSR2");
    await place.until(
      `check ${count} runs`,
      () => checks().length === count,
    );
  }
  const [first = 0, second = 0, third = 0] = checks();
  await place.until(
    "the others are ended",
    async () => !await isRunning(first) && !await isRunning(second),
  );
  assert(await isRunning(third));
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  await place.until("none is left", async () => !await isRunning(third));
});

Deno.test("two megabytes of output of a check are no obstacle", async () => {
  await using place = await Playground.open();
  const onCheck = `if grep -q endless "$config"; then
     echo "ERROR parsing the configuration file: endless"
     head -c 2000000 /dev/zero | tr '\\0' x
     exit 1
   fi`;
  await startWith(place, onCheck, { args: ["--no-overlap", ...RUN] });
  await place.save("/endless");
  const { reason } = await eventIn(place, "rejected");
  assert(reason.includes("endless"), reason);
  assert(reason.length < 1_100_000, `${reason.length}`);
  await place.save("/two");
  await place.serves("/two");
});
