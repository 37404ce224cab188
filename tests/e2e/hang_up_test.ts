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
    `krakend-watch ${how} leaves when its terminal is closed, and its gateway with it`,
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

for (const commandLine of [`nohup ${RUN} &`, `${RUN} & disown`]) {
  Deno.test(
    `"${commandLine}" outlives its terminal, and SIGHUP restarts its gateway later`,
    {
      ignore: !HAS_TERMINAL,
    },
    async () => {
      await using place = await Playground.open();
      const pid = await hangUpOn(commandLine, { place });
      try {
        // A terminal has just ended for so long, and then it is history.
        await new Promise((resolve) => setTimeout(resolve, 2_100));
        assertEquals(await place.statusOf("/one"), 200);
        assertEquals((await log(place)).includes("as asked"), false);
        Deno.kill(pid, "SIGHUP");
        await place.until(
          "the gateway was restarted",
          async () => (await log(place)).split("ready in").length === 3,
        );
      } finally {
        Deno.kill(pid, "SIGTERM");
        await place.until("it has left", async () => !await isRunning(pid));
      }
    },
  );
}

Deno.test("SIGHUP on a terminal that stays restarts the gateway", {
  ignore: !HAS_TERMINAL,
}, async () => {
  await using place = await Playground.open();
  await using terminal = await Terminal.open(place);
  await terminal.type("./kw -v run -c krakend.json\n");
  await terminal.shows("ready in");
  Deno.kill(await terminal.pid, "SIGHUP");
  await terminal.shows("ready in", 2);
  await terminal.type("q");
  await terminal.isLeft();
  for (const pid of startedPids(terminal.screen.split("\n"))) {
    assertEquals(await isRunning(pid), false, terminal.screen);
  }
});
