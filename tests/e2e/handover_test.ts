import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { isRunning, startedPids, writeScript } from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";
import { freePort } from "../../scripts/lab/config.ts";

const VERBOSE = ["-v", "run", "-c", "krakend.json"];

/** The index of the line that was printed, to know what came first. */
function indexOf({ lines }: Playground, text: string): number {
  const index = lines.findIndex((line) => line.includes(text));
  assert(index >= 0, `"${text}" was not printed`);
  return index;
}

Deno.test("the old gateway gets SIGTERM when the new one serves", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: VERBOSE });
  await place.save("/two");
  await place.serves("/two");
  const [old = 0] = startedPids(watch.lines);
  await place.reports(`sent SIGTERM to the gateway (process ${old})`);
  await place.reports("the old gateway has exited");
  const [first, second] = place.lines.flatMap((line, i) =>
    line.includes("krakend-watch: ready in ") ? [i] : []
  );
  assert(first !== undefined && second !== undefined);
  assert(second < indexOf(place, "sent SIGTERM"));
  assertEquals(place.count("down for"), 0);
});

Deno.test("a request of two seconds is answered across two reloads, which do not wait for it", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/2000");
  await place.startAndServe({ args: VERBOSE });
  let isAnswered = false;
  const answer = place.statusOf("/slow/2000").then((status) => {
    isAnswered = true;
    return status;
  });
  await place.until("the backend has it", () => place.backend.pending === 1);

  await place.save("/one", "/two", "/slow/2000");
  await place.serves("/two");
  assertEquals(isAnswered, false);
  await place.save("/one", "/three", "/slow/2000");
  await place.serves("/three");
  assertEquals(isAnswered, false);

  assertEquals(await answer, 200);
  await place.reports("the old gateway has exited", 2);
});

Deno.test("an old gateway that does not finish is killed after the shutdown timeout, while the new one serves", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/9000");
  await place.startAndServe({ args: ["-t", "300ms", ...VERBOSE] });
  const answer = place.statusOf("/slow/9000");
  await place.until("the backend has it", () => place.backend.pending === 1);
  await place.save("/two");
  await place.serves("/two");
  await place.reports("killing the gateway");
  assertEquals(await answer, undefined);
  assertEquals(await place.statusOf("/two"), 200);
});

Deno.test("a stop waits for the requests of every gateway that runs", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/1500");
  const watch = await place.startAndServe({ args: VERBOSE });
  const answer = place.statusOf("/slow/1500");
  await place.until("the backend has it", () => place.backend.pending === 1);
  await place.save("/two");
  await place.serves("/two");
  watch.signal("SIGTERM");
  assertEquals(await answer, 200);
  assertEquals((await watch.status).code, 0);
});

Deno.test("with --no-overlap, a gateway starts when the old one has exited, and the time between is reported", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({
    args: ["--no-overlap", ...VERBOSE],
  });
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  const [old = 0, next = 0] = startedPids(watch.lines);
  assert(
    indexOf(place, `the old gateway has exited (process ${old})`) <
      indexOf(place, `gateway started (process ${next})`),
  );
  await place.reports("down for");
});

Deno.test("a gateway that moves to another port is handed over, too", async () => {
  await using place = await Playground.open();
  const port = freePort();
  await place.startAndServe({ args: VERBOSE });
  await Deno.writeTextFile(place.file, place.configWith({ port }, "/moved"));
  await place.restarts(1);
  assertEquals(place.count("down for"), 0);
  await place.reports("the old gateway has exited");
  assertEquals(await place.statusOf("/one"), undefined);
});

Deno.test("a gateway that exits while it starts never touches the one that serves", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && grep -q deadly "$config" && exit 3
     exec "${place.gateway}" "$@"`,
  );
  const watch = await place.startAndServe({
    args: VERBOSE,
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  await place.save("/deadly");
  await place.reports("the gateway exited with code 3 before it served");
  assertEquals(place.count("sent SIGTERM"), 0);
  assertEquals(await place.statusOf("/one"), 200);

  // The same comes back after a crash.
  const [first = 0] = startedPids(watch.lines);
  Deno.kill(first, "SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("without the keeper, the old gateway gets SIGTERM before the new one listens, and one line says so", async () => {
  await using place = await Playground.open();
  const program = await withoutKeeper(place);
  const watch = await place.startAndServe({ args: VERBOSE, program });
  await place.reports("krakend-watch-keeper is missing");
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  await place.reports("down for");
  const [old = 0] = startedPids(watch.lines);
  const ready = place.lines.findLastIndex((line) => line.includes("ready in"));
  assert(indexOf(place, `SIGTERM to the gateway (process ${old})`) < ready);
});

Deno.test("without the keeper, a listener that is not the service's moves to the new gateway, too", async () => {
  await using place = await Playground.open();
  const program = await withoutKeeper(place);
  const metrics = { extra_config: { "telemetry/metrics": {} } };
  const save = (path: string) =>
    Deno.writeTextFile(place.file, place.configWith(metrics, path));
  await save("/one");
  const watch = await place.startAndServe({ args: VERBOSE, program });
  await save("/two");
  await place.serves("/two");
  await place.restarts(1);
  const [old = 0, next = 0] = startedPids(watch.lines);
  assert(
    indexOf(place, `the old gateway has exited (process ${old})`) <
      indexOf(place, `gateway started (process ${next})`),
  );
});

Deno.test(
  "without the keeper, a predecessor that is stopped does not keep the new configuration from being served",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using place = await Playground.open();
    const program = await withoutKeeper(place);
    const watch = await place.startAndServe({ args: VERBOSE, program });
    const [old = 0] = startedPids(watch.lines);
    Deno.kill(old, "SIGSTOP");
    await place.save("/two");
    await place.serves("/two");
    await place.until("the old one is gone", async () => !await isRunning(old));
  },
);
