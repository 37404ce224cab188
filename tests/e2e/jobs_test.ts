import { assertEquals } from "@std/assert";
import { isRunning, startedPids, stateOf } from "../helpers/processes.ts";
import { RUN, testOnTerminal as test } from "../helpers/on_terminal.ts";

test(
  "Ctrl-Z stops the gateway too and gives the terminal back, and fg goes on",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    const [pid = 0] = startedPids(terminal.screen.split("\n"));
    await terminal.type("\x1a");
    await terminal.shows("Stopped");
    await terminal.gives("lines");
    await terminal.until(
      "both are stopped",
      async () =>
        await stateOf(pid) === "T" && await stateOf(await terminal.pid) === "T",
    );

    await terminal.type("fg\n");
    await terminal.gives("keys");
    await place.serves("/one");
    await terminal.type("r");
    await terminal.shows("ready in", 2);
  },
);

test(
  "a job that goes on in the background leaves the terminal alone, and takes it again in the foreground",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.type("\x1a");
    await terminal.shows("Stopped");
    await terminal.type("bg\n");
    await place.serves("/one");
    // What is typed is the shell's: to read it would stop the job.
    await terminal.type("echo r$((1 + 1))c\n");
    await terminal.shows("r2c");
    assertEquals(await isRunning(await terminal.pid), true);
    assertEquals(await stateOf(await terminal.pid) === "T", false);
    await place.save("/two");
    await place.serves("/two");
    await terminal.type("fg\n");
    await terminal.gives("keys");
    await terminal.type("?");
    await terminal.shows("c  check now and tell");
  },
);

test(
  "a job that is started in the background takes the keys when it comes to the foreground",
  async (terminal, place) => {
    await terminal.type(RUN.replace("\n", " &\n"));
    await place.serves("/one");
    await terminal.gives("lines");
    assertEquals(terminal.count("for the keys"), 0);
    await terminal.type("fg\n");
    await terminal.gives("keys");
    await terminal.type("q");
    await terminal.isLeft();
    await terminal.gives("lines");
  },
);

test("a job that had the keys and is told to leave in the background leaves", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.gives("keys");
  await terminal.type("\x1a");
  await terminal.shows("Stopped");
  await terminal.type("bg\n");
  await terminal.until(
    "it goes on",
    async () => await stateOf(await terminal.pid) !== "T",
  );
  Deno.kill(await terminal.pid, "SIGTERM");
  await terminal.isLeft();
  await terminal.gives("lines");
});
