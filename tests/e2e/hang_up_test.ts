import { assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { isRunning, startedPids } from "../helpers/processes.ts";
import { HAS_TERMINAL, Terminal } from "../helpers/terminal.ts";

// The end of a terminal is the end of what is printed on it.
const RUN = "./kw -v run -c krakend.json > log 2>&1";

/** What the krakend-watch of a playground has reported. */
async function log(place: Playground): Promise<string> {
  return await Deno.readTextFile(place.path("log")).catch(() => "");
}

/** Starts krakend-watch by a command line, waits until it serves, and closes the terminal. */
async function hangUpOn(
  commandLine: string,
  { place, then }: { place: Playground; then?: string },
): Promise<number> {
  await using terminal = await Terminal.open(place);
  await terminal.type(`${commandLine}\n`);
  await place.until(
    "the gateway is ready",
    async () => (await log(place)).includes("ready in"),
  );
  if (then) {
    await terminal.type(then);
    await terminal.shows("$ ", 2);
  }
  const pid = await terminal.pid;
  await terminal.hangUp();
  return pid;
}

function signalIfThere(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has left.
  }
}

for (
  const { how, commandLine, then } of [
    { how: "in the foreground", commandLine: RUN },
    { how: "in the background", commandLine: `${RUN} &` },
    { how: "stopped by Ctrl-Z", commandLine: RUN, then: "\x1a" },
    { how: "the first program of its terminal", commandLine: `exec ${RUN}` },
  ]
) {
  Deno.test(
    `krakend-watch ${how} exits when its terminal is closed, and its gateway with it`,
    {
      ignore: !HAS_TERMINAL,
    },
    async () => {
      await using place = await Playground.open();
      const pid = await hangUpOn(commandLine, { place, ...(then && { then }) });
      // A shell passes the signal on to its background jobs, but not if it has
      // noticed the end of its input first.
      if (commandLine.endsWith("&")) signalIfThere(pid, "SIGHUP");
      await place.until("it has left", async () => !await isRunning(pid));
      for (const gateway of startedPids((await log(place)).split("\n"))) {
        assertEquals(await isRunning(gateway), false);
      }
    },
  );
}

Deno.test(
  "started by nohup, it outlives its terminal, and SIGHUP reloads later",
  {
    ignore: !HAS_TERMINAL,
  },
  async () => {
    await using place = await Playground.open();
    const pid = await hangUpOn(`nohup ${RUN} &`, { place });
    try {
      assertEquals(await place.statusOf("/one"), 200);
      const count = async () => (await log(place)).split("ready in").length;
      const before = await count();
      Deno.kill(pid, "SIGHUP");
      await place.until(
        "the gateway is reloaded",
        async () => await count() > before,
      );
    } finally {
      Deno.kill(pid, "SIGTERM");
      await place.until("it is gone", async () => !await isRunning(pid));
    }
  },
);

Deno.test("SIGHUP without a terminal reloads", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe();
  watch.signal("SIGHUP");
  await place.reports("reloading the gateway as asked");
  await place.restarts(1);
});
