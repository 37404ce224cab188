import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { Playground } from "../helpers/playground.ts";
import {
  isRunning,
  processesOf,
  startedPids,
  writeScript,
} from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  Deno.test(`${signal} stops the gateway, exits with 0, and nothing of it is left`, async () => {
    await using place = await Playground.open();
    const watch = await place.startAndServe({
      args: ["-v", ...RUN],
      env: { TMPDIR: place.folder },
    });
    watch.signal(signal);
    assertEquals((await watch.status).code, 0);

    const pids = startedPids(watch.lines);
    assertEquals(pids.length, 1);
    for (const pid of pids) assertEquals(await isRunning(pid), false);
    assertEquals(await place.statusOf("/one"), undefined);
    const names = [...Deno.readDirSync(place.folder)].map(({ name }) => name);
    assertEquals(names, ["krakend.json"]);
  });
}

Deno.test("a signal that comes before the gateway was started stops at once", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "slow",
    `[ "$1" = check ] && { touch checking; exec sleep 1000; }`,
  );
  const watch = place.start({
    // Then a check comes before the first start.
    args: ["--max-restarts=1", ...RUN],
    env: { KRAKEND_BIN: place.path("slow") },
  });
  await place.until("it checks", () => exists(place.path("checking")));
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(processesOf(place.folder), []);
});

Deno.test("a gateway that ignores SIGTERM is killed after the shutdown timeout, with all it started", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "stubborn",
    `[ "$1" = check ] && exit 0
     trap "" TERM
     sleep 1000 & echo "child $!"
     echo up
     while :; do sleep 0.1; done`,
  );
  const watch = place.start({
    args: ["-v", "--shutdown-timeout", "300ms", ...RUN],
    env: { KRAKEND_BIN: place.path("stubborn") },
  });
  await place.reports("up");

  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);

  assertEquals(place.count("killing the gateway"), 1);
  const child = Number(watch.lines.join("\n").match(/child (\d+)/)?.[1]);
  const pids = [child, ...startedPids(watch.lines)];
  for (const pid of pids) assertEquals(await isRunning(pid), false);
});

Deno.test("a second SIGINT kills a gateway that takes its time", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "stubborn",
    `[ "$1" = check ] && exit 0
     trap "" TERM
     echo up
     while :; do sleep 0.1; done`,
  );
  const watch = place.start({
    args: ["-v", "--shutdown-timeout", "1h", ...RUN],
    env: { KRAKEND_BIN: place.path("stubborn") },
  });
  await place.reports("up");
  watch.signal("SIGINT");
  await place.reports("sent SIGTERM");
  watch.signal("SIGINT");
  assertEquals((await watch.status).code, 0);
});

Deno.test("a request in flight is answered across a restart", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/1000");
  await place.startAndServe();

  const answer = place.statusOf("/slow/1000");
  await place.until("the backend has it", () => place.backend.pending === 1);
  await place.save("/one", "/slow/1000", "/two");

  assertEquals(await answer, 200);
  await place.serves("/two");
});

Deno.test("however fast the changes come, the last one is served and no gateway is lost", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  for (let i = 0; i < 60; i++) {
    await place.save("/one", `/change/${i}`);
    // The next save comes while the last one is checked, stopped or started.
    await new Promise((resolve) => setTimeout(resolve, 5 + (i * 7) % 60));
  }
  await place.serves("/change/59");
  // A gateway that was too early for its port is started again at once.
  assertEquals(
    place.count("next start in") + place.count("is refused"),
    0,
  );
  assert(place.starts < 30, `it was started ${place.starts} times`);
});

Deno.test("a change that comes during a restart is not lost", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/800");
  await place.startAndServe({ args: ["-v", ...RUN] });

  // A request in flight keeps the old gateway in its place for a while.
  const answer = place.statusOf("/slow/800");
  await place.until("the backend has it", () => place.backend.pending === 1);
  await place.save("/one", "/two");
  await place.reports("sent SIGTERM");
  await place.save("/one", "/three");

  await place.serves("/three");
  assertEquals(await answer, 200);
});

Deno.test("a gateway that exits by itself is started again", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: ["-v", ...RUN] });
  const [first = 0] = startedPids(watch.lines);

  Deno.kill(first, "SIGKILL");

  await place.reports("was ended by SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("a gateway that exits again and again is started less and less often, and at once after a change", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "weak",
    `[ "$1" = run ] && grep -q weak krakend.json && exit 3
     exec ${place.gateway} "$@"`,
  );
  await Deno.writeTextFile(
    place.file,
    place.configWith({ name: "weak" }, "/one"),
  );
  place.start({ env: { KRAKEND_BIN: place.path("weak") } });
  await place.reports("exited with code 3; next start in", 3);
  await place.save("/strong");
  await place.serves("/strong");
  const times = place.lines.flatMap((line) =>
    /next start in ([\d.]+) (m?s)/.exec(line)?.slice(1) ?? []
  );
  const [first, , second, , third] = times;
  assert(first && second && third);
  assert(Number(second) > Number(first), `${times}`);
  assertEquals(times[5], "s");
});

Deno.test("what a gateway has started does not keep the port from the next one", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "wrapper",
    `[ "$1" = check ] && exec ${place.gateway} "$@"
     ${place.gateway} "$@" &
     wait`,
  );
  const watch = await place.startAndServe({
    args: ["-v", ...RUN],
    env: { KRAKEND_BIN: place.path("wrapper") },
  });
  const [wrapper = 0] = startedPids(watch.lines);
  Deno.kill(wrapper, "SIGKILL");
  await place.restarts(1);
  assertEquals(place.count("address already in use"), 0);
});

Deno.test(
  "when krakend-watch itself is killed, its gateway exits, and nothing stays",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using place = await Playground.open();
    const temporary = place.path("temporary");
    await Deno.mkdir(temporary);
    const watch = await place.startAndServe({
      args: ["-v", ...RUN],
      env: { TMPDIR: temporary },
    });
    watch.signal("SIGKILL");
    await watch.status;
    await place.until(
      "no process is left",
      () => processesOf(place.folder).length === 0,
    );
    await place.until(
      "the temporary folder is gone",
      () => [...Deno.readDirSync(temporary)].length === 0,
    );
  },
);
