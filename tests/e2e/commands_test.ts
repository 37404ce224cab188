import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
  await shop.start("-g", "*.json", "--", "make", "all");
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
  const expected = names.map((name) => `cc ${name} [${name}]`).sort();
  await shop.until("every file has had its run", async () => {
    const notes = (await shop.notes()).sort();
    return JSON.stringify(notes) === JSON.stringify(expected);
  });
});

Deno.test("of files that change one after the other, each has its run, and no two runs overlap", async () => {
  for (const option of ["--sequential", "-v"]) {
    await using shop = await Workshop.open();
    await shop.tool("cc", 'sleep 0.02; echo "end $1" >> "$NOTES"');
    await shop.start(option, "-g", "*.c", "--", "cc", "{}");
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

Deno.test("what a command leaves behind ends with it", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make", 'sleep 1000 & echo "pid $!" >> "$NOTES"');
  await shop.start("-g", "*.c", "--", "make");
  await shop.write("a.c");
  await shop.reports("make succeeded");
  const [pid = 0] = await pids(shop);
  assert(pid > 0);
  assertEquals(await isGone(pid), true);
});

Deno.test("a command that changes what it is run for is told after a while", async () => {
  await using shop = await Workshop.open();
  await shop.start("-g", "*.c", "--", "sh", "-c", "echo >> a.c");
  await shop.write("a.c");
  await shop.reports("krakend-watch: warning: sh has run 10 times in a row");
});

Deno.test("a file that is deleted is a change, but nothing to run a command about", async () => {
  for (
    const [words, note] of [
      [["make"], "make  [a.c]"],
      [["cc", "{}"], "cc b.c [b.c]"],
    ] as const
  ) {
    await using shop = await Workshop.open();
    await shop.write("a.c");
    await shop.tool("make");
    await shop.tool("cc");
    await shop.start("-g", "*.c", "--", ...words);
    await Deno.remove(shop.path("a.c"));
    if (words[0] === "cc") await shop.write("b.c");
    await shop.noted(note);
  }
});

Deno.test("a folder that is made is a change, and its path ends in a slash", async () => {
  await using shop = await Workshop.open();
  await shop.tool("note");
  await shop.start("--only-dirs", "--", "note", "{}");
  await shop.write("file");
  await Deno.mkdir(shop.path("folder"));
  await shop.noted("note folder/ [folder/]");
});

Deno.test("files of editors and of version control do not count, unless --all is given", async () => {
  for (const options of [[], ["--all"]]) {
    await using shop = await Workshop.open();
    await Deno.mkdir(shop.path(".git"));
    await shop.tool("make");
    await shop.start("--settle", "1s", ...options, "--", "make");
    await shop.write(".git/index");
    await shop.write(".a.c.swp");
    await shop.write("a.c");
    const all = options.length > 0 ? ".a.c.swp .git/index a.c" : "a.c";
    await shop.noted(`make  [${all}]`);
  }
});

Deno.test("with --watch, only that path counts; a file elsewhere is told by its whole path", async () => {
  await using shop = await Workshop.open();
  const elsewhere = join(shop.bin, "elsewhere");
  await Deno.writeTextFile(elsewhere, "1");
  await shop.tool("make");
  await shop.start("--watch", "src", "--watch", elsewhere, "--", "make");
  await shop.write("a.c");
  await Deno.writeTextFile(elsewhere, "2");
  await shop.noted(`make  [${elsewhere}]`);
});

Deno.test("a command has our environment without what is meant for us, and nothing to read", async () => {
  await using shop = await Workshop.open();
  shop.launch({
    args: ["-g", "*.c", "--", "sh", "-c", "env; cat; echo read"],
    env: {
      KRAKEND_WATCH_SETTLE: "50ms",
      KRAKEND_BIN: "/bin/krakend",
      MINE: "1",
    },
  });
  await shop.reports("krakend-watch: watching ");
  await shop.write("a.c");
  await shop.until("it has ended", () => shop.lines.includes("read"));
  const ours = shop.lines.filter((line) => line.startsWith("KRAKEND_WATCH_"));
  assertEquals(ours, ["KRAKEND_WATCH_CHANGED=a.c"]);
  assert(shop.lines.includes("KRAKEND_BIN=/bin/krakend"));
  assert(shop.lines.includes("MINE=1"));
});

Deno.test("the file that changed may be the program, and one that cannot be run is told", async () => {
  await using shop = await Workshop.open();
  await shop.write("fine.sh", "#!/bin/sh\n");
  await Deno.chmod(shop.path("fine.sh"), 0o755);
  await shop.start("-g", "*.sh", "--", "./{}", "--quick");
  await shop.write("text.sh");
  await shop.reports("error: cannot start ./{}: Cannot run");
  await shop.write("fine.sh", '#!/bin/sh\necho "fine $*"\n');
  await shop.until("it has run", () => shop.lines.includes("fine --quick"));
});

Deno.test("--decoration marks the lines of the command and leaves ours alone", async () => {
  const marked = {
    none: "out",
    plain: "[00] out",
    fancy: "\x1b[01;32m[00] out\x1b[m",
  };
  for (const [style, line] of Object.entries(marked)) {
    await using shop = await Workshop.open();
    const command = ["sh", "-c", "echo out; printf err >&2"];
    await shop.start("-d", style, "-g", "*.c", "--", ...command);
    await shop.write("a.c");
    await shop.reports("krakend-watch: sh succeeded");
    assert(shop.lines.includes(line), style);
    assert(style === "none" || shop.lines.includes(line.replace("out", "err")));
    assertEquals(shop.count("[00] krakend-watch"), 0);
  }
});

Deno.test("--list shows what is watched for a command, and runs nothing", async () => {
  await using shop = await Workshop.open();
  await shop.write("a.c");
  await shop.write("a.h");
  await shop.tool("make");
  const watch = shop.launch({ args: ["--list", "-g", "*.c", "--", "make"] });
  assertEquals((await watch.status).code, 0);
  assertEquals(watch.lines.length, 1);
  assertStringIncludes(watch.lines[0] ?? "", "a.c  matches the patterns");
  assertEquals(await shop.notes(), []);
});

Deno.test("--once runs a command once, with its exit code", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make", "exit 3");
  const watch = shop.launch({ args: ["--once", "--", "make", "all"] });
  assertEquals((await watch.status).code, 3);
  assertEquals(await shop.notes(), ["make all []"]);
});
