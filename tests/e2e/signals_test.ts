import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { Playground } from "../helpers/playground.ts";
import { isRunning, startedPids, writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

Deno.test("SIGHUP reloads though nothing has changed, and does not reach the gateway", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = check ] && exec ${place.gateway} "$@"
     trap "echo it reached the gateway" HUP
     ${place.gateway} "$@" & child=$!
     trap "kill $child" TERM
     while kill -0 $child 2> /dev/null; do wait; done`,
  );
  const watch = await place.startAndServe({
    args: ["-v", ...RUN],
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  watch.signal("SIGHUP");
  await place.reports("reloading the gateway as asked");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
  assertEquals(place.starts, 2);
  assertEquals(place.count("it reached the gateway"), 0);
});

Deno.test("SIGHUP does not touch the gateway if the configuration is refused", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: ["-v", ...RUN] });
  await Deno.writeTextFile(place.file, "{");
  await place.reports("is refused");
  watch.signal("SIGHUP");
  await place.reports("is refused", 2);
  assertEquals(await place.statusOf("/one"), 200);
  assertEquals(startedPids(watch.lines).length, 1);
});

Deno.test("SIGUSR2 checks and reports, and restarts nothing", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({ args: ["-v", ...RUN] });
  watch.signal("SIGUSR2");
  await place.reports("and nothing has changed");
  await place.staysQuiet();
  assertEquals(startedPids(watch.lines).length, 1);
});

Deno.test("SIGUSR2 warns again of what was warned of before", async () => {
  await using place = await Playground.open();
  const text = await Deno.readTextFile(place.file);
  await Deno.writeTextFile(
    place.file,
    text.replace('"version": 3,', '"version": 3, "version": 3,'),
  );
  const watch = await place.startAndServe();
  await place.reports("this name stands in line");
  watch.signal("SIGUSR2");
  await place.reports("this name stands in line", 2);
});

Deno.test("what signals ask for before the first start is met by it", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "slow",
    `[ "$1" = check ] && { touch checking; sleep 0.3; }
     exec ${place.gateway} "$@"`,
  );
  const watch = place.start({
    // Then a check comes before the first start.
    args: ["-v", "--max-restarts=1", ...RUN],
    env: { KRAKEND_BIN: place.path("slow") },
  });
  await place.until("it checks", () => exists(place.path("checking")));
  for (const signal of ["SIGUSR2", "SIGHUP", "SIGWINCH"] as const) {
    watch.signal(signal);
  }
  await place.serves("/one");
  await place.restarts(0);
  assertEquals(startedPids(watch.lines).length, 1);
});

Deno.test("a second SIGTERM does not cut a request in flight, and a SIGINT does", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/500", "/slow/4000");
  const watch = await place.startAndServe({
    args: ["-v", "-t", "1h", ...RUN],
  });
  const short = place.statusOf("/slow/500");
  const long = place.statusOf("/slow/4000");
  await place.until("the backend has both", () => place.backend.pending === 2);
  watch.signal("SIGTERM");
  await place.reports("sent SIGTERM");
  watch.signal("SIGTERM");
  assertEquals(await short, 200);
  watch.signal("SIGINT");
  assertEquals((await watch.status).code, 0);
  assertEquals(await long, undefined);
  for (const pid of startedPids(watch.lines)) {
    assertEquals(await isRunning(pid), false);
  }
});

Deno.test("a change while a gateway finishes its last requests is neither taken nor refused", async () => {
  await using place = await Playground.open();
  await place.save("/one", "/slow/4000");
  const watch = await place.startAndServe({ args: ["-v", ...RUN] });
  const long = place.statusOf("/slow/4000");
  await place.until("it is in flight", () => place.backend.pending === 1);
  watch.signal("SIGTERM");
  await place.reports("sent SIGTERM");
  await place.save("/two");
  await place.staysQuiet();
  watch.signal("SIGHUP");
  assertEquals(await long, 200);
  assertEquals((await watch.status).code, 0);
  assertEquals(place.count("reloading"), 0);
});

Deno.test("a repeated check runs again at SIGHUP, and exits with 0 at SIGTERM", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: ["check", "-c", "krakend.json"] });
  await place.reports("check passed");
  watch.signal("SIGHUP");
  await place.reports("check passed", 2);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});
