import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { holds } from "../../scripts/lab/until.ts";
import { isRunning } from "../helpers/processes.ts";
import { Workshop } from "../helpers/workshop.ts";

/** Longer than a sweep and the settle time together, in milliseconds. */
const LONG_ENOUGH_MS = 1_500;

/** The numbers that tools have noted as "pid N". */
async function pids(shop: Workshop): Promise<number[]> {
  return (await shop.notes()).flatMap((note) => {
    const pid = /^pid (\d+)/.exec(note)?.[1];
    return pid ? [Number(pid)] : [];
  });
}

async function isGone(pid: number): Promise<boolean> {
  return !await isRunning(pid);
}

Deno.test("one save runs the command once, and the report says what changed and how it ended", async () => {
  await using shop = await Workshop.open();
  await shop.write("krakend.json", "{}");
  await shop.tool("make", "exit 2");
  await shop.start("--settle=500ms", "-g", "*.json", "--", "make", "all");
  await shop.write("krakend.json", '{ "version": 3 }');
  await shop.reports("krakend-watch: krakend.json changed, running make");
  await shop.reports("krakend-watch: error: make failed with code 2 (");
  await holds(
    "make has run once",
    async () => (await shop.notes()).length === 1,
    LONG_ENOUGH_MS,
  );
  await shop.noted("make all [krakend.json]");
});

Deno.test("of 60 files that change at once, each has its run", async () => {
  await using shop = await Workshop.open();
  await shop.tool("cc");
  await shop.start("-g", "*.c", "--", "cc", "{}");
  const names = Array.from({ length: 60 }, (_, i) => `${i}.c`);
  await Promise.all(names.map((name) => shop.write(name)));
  const expected = new Set(names.map((name) => `cc ${name} [${name}]`));
  // A file may be seen when it is not whole yet, and then has two.
  await shop.until("every file has had its run", async () => {
    const notes = new Set(await shop.notes());
    return notes.symmetricDifference(expected).size === 0;
  });
});

Deno.test("of files that change one after the other, each has its run, and no two runs overlap", async () => {
  for (const option of ["--sequential", "-v"]) {
    await using shop = await Workshop.open();
    await shop.tool("cc", 'sleep 0.02; echo "end $1" >> "$NOTES"');
    const options = [option, "--settle=500ms", "-g", "*.c"];
    await shop.start(...options, "--", "cc", "{}");
    const names = Array.from({ length: 10 }, (_, i) => `${i}.c`);
    for (const name of names) await shop.write(name);
    await shop.until(
      "all runs have ended",
      async () => (await shop.notes()).length === 20,
    );
    const notes = await shop.notes();
    const begins = notes.filter((_, i) => i % 2 === 0);
    const ends = notes.filter((_, i) => i % 2 === 1);
    assertEquals(
      ends.map((end) => end.replace("end ", "")).sort(),
      names,
    );
    assertEquals(
      begins,
      ends.map((end) => end.replace(/end (.*)/, "cc $1 [$1]")),
    );
  }
});

Deno.test("a change during a run is not lost: the command runs again when it has ended", async () => {
  await using shop = await Workshop.open();
  await shop.write("go", "");
  await shop.tool("make", "while [ ! -e ../bin/goal ]; do sleep 0.02; done");
  await shop.start("-g", "*.c", "--", "make");
  await shop.write("a.c");
  await shop.noted("make  [a.c]");
  await shop.write("b.c");
  await shop.write("a.c");
  await shop.reports("changed while make runs: it runs again afterwards");
  await shop.noted("make  [a.c]");
  await Deno.writeTextFile(join(shop.bin, "goal"), "");
  await shop.noted("make  [a.c]", "make  [a.c b.c]");
  await shop.reports("make succeeded (", 2);
});

Deno.test("of a command that never ends, runs do not pile up, and it ends with us", async () => {
  await using shop = await Workshop.open();
  await shop.tool("serve", 'echo "pid $$" >> "$NOTES"; exec sleep 1000');
  const watch = await shop.start("-g", "*.c", "--", "serve");
  await shop.write("0.c");
  await shop.until("it runs", async () => (await pids(shop)).length === 1);
  for (let i = 1; i < 20; i++) await shop.write(`${i}.c`);
  await shop.reports("changed while serve runs");
  await holds(
    "it runs once",
    async () => (await pids(shop)).length === 1,
    LONG_ENOUGH_MS,
  );
  const [pid = 0] = await pids(shop);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(await isGone(pid), true);
});

Deno.test("a command that ignores SIGTERM is killed after the shutdown timeout, or at the second signal", async () => {
  for (const timeout of ["200ms", "1h"]) {
    await using shop = await Workshop.open();
    await shop.tool(
      "serve",
      'trap "" TERM INT; echo "pid $$" >> "$NOTES"; while :; do sleep 0.05; done',
    );
    const watch = await shop.start("-t", timeout, "-g", "*.c", "--", "serve");
    await shop.write("a.c");
    await shop.until("it runs", async () => (await pids(shop)).length === 1);
    const [pid = 0] = await pids(shop);
    watch.signal("SIGTERM");
    if (timeout === "1h") watch.signal("SIGINT");
    assertEquals((await watch.status).code, 0);
    assertEquals(await isGone(pid), true);
  }
});

Deno.test("signals that ask for a restart do not end one that runs commands", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make", "true");
  const watch = await shop.start("-g", "*.c", "--", "make");
  for (const signal of ["SIGHUP", "SIGUSR2"] as const) {
    watch.signal(signal);
  }
  await shop.reports("the command runs at the next change");
  await shop.write("a.c");
  await shop.reports("make succeeded");
});

Deno.test("what a command has started ends with it", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make", 'sleep 1000 & echo "pid $!" >> "$NOTES"');
  await shop.start("-g", "*.c", "--", "make");
  await shop.write("a.c");
  await shop.reports("make succeeded");
  const [pid = 0] = await pids(shop);
  assert(pid > 0);
  assertEquals(await isGone(pid), true);
});

Deno.test("a command that changes what it is run for is reported after a while", async () => {
  await using shop = await Workshop.open();
  await shop.start("-g", "*.c", "--", "sh", "-c", "echo >> a.c");
  await shop.write("a.c");
  await shop.reports("krakend-watch: warning: sh has run 10 times in a row");
});
