import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { isRunning } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

/** The lines of a file in the playground; none if it is not there. */
async function linesOf(place: Playground, name: string): Promise<string[]> {
  const text = await Deno.readTextFile(place.path(name)).catch(() => "");
  return text.split("\n").slice(0, -1);
}

Deno.test("a command gets what happens, in order, and what it prints is on standard error", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: [
      "--quiet",
      "--on-event",
      'echo "told: $KRAKEND_WATCH_EVENT"; cat >> events',
      ...RUN,
    ],
  });
  await place.reports("told: ready");
  await place.save("/two");
  await place.reports("told: ready", 2);
  await Deno.writeTextFile(place.file, "{");
  await place.reports("told: rejected");
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  const names = (await linesOf(place, "events"))
    .map((line) => JSON.parse(line).event);
  const order = ["reloading", "ready", "reloading", "ready", "rejected"];
  assertEquals(names.filter((name) => order.includes(name)), order);
});

Deno.test("with --verbose, a command gets every process and signal, too", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: ["-v", "--on-event", "echo $KRAKEND_WATCH_EVENT >> names", ...RUN],
  });
  await place.restarts(0);
  watch.signal("SIGTERM");
  await watch.status;
  const order = ["watching", "starting", "ready", "signal", "terminating"];
  const names = await linesOf(place, "names");
  assertEquals(names.filter((name) => order.includes(name)), order);
});

Deno.test("a command that hangs holds up no restart, and is gone at the end", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({
    args: [
      "--on-event",
      `trap '' TERM; sleep 1000 & echo $! >> pids; echo $$ >> pids; wait`,
      ...RUN,
    ],
  });
  await place.save("/two");
  await place.serves("/two");
  await place.until(
    "the command runs",
    async () => (await linesOf(place, "pids")).length === 2,
  );
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  // The events that waited were left out, and nobody is left behind.
  const pids = (await linesOf(place, "pids")).map(Number);
  assertEquals(pids.length, 2);
  assertEquals(await Promise.all(pids.map(isRunning)), [false, false]);
});

Deno.test("a command gets the end that a mistake brings about", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: ["--on-event", "cat > event", "run", "-c", "missing.json"],
  });
  assertEquals((await watch.status).code, 2);
  const [line = ""] = await linesOf(place, "event");
  const { event, exit_code, message } = JSON.parse(line);
  assertEquals([event, exit_code], ["fatal", 2]);
  assert(message.includes("missing.json"));
});

Deno.test("krakend-watch within a command inherits none of the options", async () => {
  await using place = await Playground.open();
  const watch = place.start({
    args: [...RUN],
    env: {
      KRAKEND_WATCH_ON_EVENT: "env | grep -c ^KRAKEND_WATCH_ >> counts",
      KRAKEND_WATCH_SETTLE: "50ms",
    },
  });
  await place.restarts(0);
  watch.signal("SIGTERM");
  await watch.status;
  // The name of the event is the only one.
  assertEquals([...new Set(await linesOf(place, "counts"))], ["1"]);
});
