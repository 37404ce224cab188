import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { startedPids, writeScript } from "../helpers/processes.ts";
import { freePort } from "../../scripts/lab/config.ts";

const VERBOSE = ["-v", "run", "-c", "krakend.json"];

/** Where a line is that was printed, to tell what came first. */
function indexOf({ lines }: Playground, text: string): number {
  const index = lines.findIndex((line) => line.includes(text));
  assert(index >= 0, `"${text}" was not printed`);
  return index;
}

Deno.test("the new gateway is started before the old one is told to leave", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: VERBOSE });
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  const [old = 0, next = 0] = startedPids(watch.lines);
  assert(
    indexOf(place, `gateway started (process ${next})`) <
      indexOf(place, `sent SIGTERM to the gateway (process ${old})`),
  );
});

Deno.test("a request of two seconds is answered across a restart, and nobody waits for it", async () => {
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
  await place.reports("the old gateway has left", 2);
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

Deno.test("with a listener of its own, a gateway starts when the old one has left", async () => {
  await using place = await Playground.open();
  const save = (path: string) =>
    Deno.writeTextFile(
      place.file,
      place.configWith({ extra_config: { "telemetry/metrics": {} } }, path),
    );
  await save("/one");
  const watch = await place.startAndServe({ args: VERBOSE });
  await save("/two");
  await place.serves("/two");
  await place.restarts(1);
  const [old = 0, next = 0] = startedPids(watch.lines);
  assert(
    indexOf(place, `sent SIGTERM to the gateway (process ${old})`) <
      indexOf(place, `gateway started (process ${next})`),
  );
});

Deno.test("a gateway that moves to another port is missed by nobody", async () => {
  await using place = await Playground.open();
  const port = freePort();
  await place.startAndServe({ args: VERBOSE });
  await Deno.writeTextFile(place.file, place.configWith({ port }, "/moved"));
  await place.restarts(1);
  assertEquals(place.count("nobody listened"), 0);
  await place.reports("the old gateway has left");
  assertEquals(await place.statusOf("/one"), undefined);
});

Deno.test("a gateway that dies while it starts never touches the one that serves", async () => {
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
  await place.reports("the one that runs goes on");
  assertEquals(place.count("sent SIGTERM"), 0);
  assertEquals(await place.statusOf("/one"), 200);

  // What runs is what comes back if it dies, too.
  const [first = 0] = startedPids(watch.lines);
  Deno.kill(first, "SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("a gateway that is too early for its port is started again at once", async () => {
  await using place = await Playground.open();
  // The first start takes its time, so the lead is too long for the second.
  await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = run ] && grep -q '"/one"' krakend.json && sleep 1
     exec "${place.gateway}" "$@"`,
  );
  await place.startAndServe({
    args: VERBOSE,
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  await place.save("/two");
  await place.serves("/two");
  await place.restarts(1);
  assert(place.count("address already in use") > 0, place.lines.join("\n"));
  assertEquals(place.count("error: "), 0);
});
