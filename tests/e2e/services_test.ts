import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { holds } from "../../scripts/lab/until.ts";
import { Playground } from "../helpers/playground.ts";
import { isRunning } from "../helpers/processes.ts";
import { Workshop } from "../helpers/workshop.ts";

/** Longer than a sweep and the settle time together, in milliseconds. */
const LONG_ENOUGH_MS = 1_500;

/** The numbers of the processes that krakend-watch says it has started (with -v). */
function startedPids(shop: Workshop): number[] {
  return shop.lines.flatMap((line) => {
    const pid = / started \(process (\d+)\)/.exec(line)?.[1];
    return pid ? [Number(pid)] : [];
  });
}

async function areGone(pids: readonly number[]): Promise<boolean> {
  const running = await Promise.all(pids.map(isRunning));
  return !running.includes(true);
}

Deno.test("a service is started at once, and gets what changed when it is started again", async () => {
  await using shop = await Workshop.open();
  await shop.tool("serve", "exec sleep 1000");
  const watch = await shop.start("-v", "-s", "-g", "*.c", "--", "serve", "-p");
  await shop.noted("serve -p []");
  await shop.write("a.c");
  await shop.noted("serve -p []", "serve -p [a.c]");
  await shop.reports("krakend-watch: a.c changed, restarting serve");
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  const pids = startedPids(shop);
  assertEquals(pids.length, 2);
  assertEquals(await areGone(pids), true);
});

Deno.test("SIGHUP restarts a service though nothing has changed, and SIGUSR2 does nothing to it", async () => {
  await using shop = await Workshop.open();
  await shop.tool("serve", "exec sleep 1000");
  const watch = await shop.start("-v", "-s", "-g", "*.c", "--", "serve");
  await shop.noted("serve  []");
  watch.signal("SIGUSR2");
  await shop.reports("serve has no check");
  watch.signal("SIGHUP");
  await shop.noted("serve  []", "serve  []");
  watch.signal("SIGTERM");
  await watch.status;
  assertEquals(startedPids(shop).length, 2);
});

Deno.test("a service that ignores SIGTERM is killed after the shutdown timeout, and the next one starts when it is gone", async () => {
  await using shop = await Workshop.open();
  await shop.tool(
    "serve",
    `trap "" TERM
     mkdir ../bin/lock || echo "overlap" >> "$NOTES"
     while :; do sleep 0.02; rmdir ../bin/lock 2>/dev/null; done`,
  );
  const options = ["-v", "-t", "200ms", "-s", "-g", "*.c"];
  const watch = await shop.start(...options, "--", "serve");
  await shop.noted("serve  []");
  await shop.write("a.c");
  await shop.reports("krakend-watch: warning: killing serve");
  await shop.noted("serve  []", "serve  [a.c]");
  const [first = 0] = startedPids(shop);
  assertEquals(await isRunning(first), false);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(await areGone(startedPids(shop)), true);
});

Deno.test("a service has left before the next one starts", async () => {
  await using shop = await Workshop.open();
  // The lock of one that still runs is in the way of the next one.
  await shop.tool(
    "serve",
    `mkdir ../bin/lock || echo "overlap" >> "$NOTES"
     trap 'sleep 0.2; rmdir ../bin/lock; exit' TERM
     while :; do sleep 0.02; done`,
  );
  await shop.start("-s", "-g", "*.c", "--", "serve");
  await shop.noted("serve  []");
  await shop.write("a.c", "1");
  await shop.noted("serve  []", "serve  [a.c]");
  await shop.write("a.c", "2");
  await shop.noted("serve  []", "serve  [a.c]", "serve  [a.c]");
});

Deno.test("what changes while a service exits does not put it off, and restarts it once", async () => {
  await using shop = await Workshop.open();
  await shop.tool(
    "serve",
    `trap 'while [ ! -e ../bin/goal ]; do sleep 0.02; done; exit' TERM
     while :; do sleep 0.02; done`,
  );
  await shop.start("-s", "-g", "*.c", "--", "serve");
  await shop.noted("serve  []");
  await shop.write("a.c");
  await shop.reports("a.c changed, restarting");
  await shop.write("b.c");
  await shop.reports("b.c changed, restarting");
  await Deno.writeTextFile(`${shop.bin}/goal`, "");
  await shop.noted("serve  []", "serve  [a.c b.c]");
});

for (const service of [["-s"], []]) {
  Deno.test(`while what "${service}" runs is ended, changes are neither taken nor queued`, async () => {
    await using shop = await Workshop.open();
    await shop.write("a.c");
    await shop.tool("serve", "trap '' TERM; sleep 30");
    const args = [...service, "-v", "-t", "2s", "-g", "*.c", "--", "serve"];
    const watch = await shop.start(...args);
    if (service.length === 0) await shop.write("a.c");
    await shop.until("it runs", async () => (await shop.notes()).length === 1);
    watch.signal("SIGTERM");
    await shop.reports("got SIGTERM");
    const lines = shop.count("krakend-watch: ");
    await shop.write("a.c");
    assertEquals((await watch.status).code, 0);
    const rest = shop.lines.filter((it) => it.startsWith("krakend-watch: "))
      .slice(lines).filter((it) => !/killing|sent SIGTERM/.test(it));
    assertEquals(rest, []);
  });
}

Deno.test("a service that exits by itself is started again at the next change", async () => {
  await using shop = await Workshop.open();
  await shop.tool("serve", "exit 3");
  await shop.start("-s", "-g", "*.c", "--", "serve");
  await shop.reports(
    "krakend-watch: error: serve exited with code 3; next start at the next change",
  );
  await holds(
    "it is not started again",
    async () => (await shop.notes()).length === 1,
    LONG_ENOUGH_MS,
  );
  await shop.write("a.c");
  await shop.noted("serve  []", "serve  [a.c]");
});

Deno.test("a krakend in a shell is a service like any other", async () => {
  await using shop = await Workshop.open();
  await shop.tool("krakend", "exec sleep 1000");
  await shop.write("krakend.json");
  await shop.start(
    ...["-g", "krakend.json", "-s", "--"],
    ...["sh", "-c", "krakend run -c krakend.json -d"],
  );
  await shop.noted("krakend run -c krakend.json -d []");
  await shop.write("krakend.json");
  await shop.noted(
    "krakend run -c krakend.json -d []",
    "krakend run -c krakend.json -d [krakend.json]",
  );
});

Deno.test("reflex's line for krakend is the gateway with all its checks, by name or by path", async () => {
  for (const isByPath of [false, true]) {
    await using place = await Playground.open();
    const program = isByPath ? place.path("krakend") : "krakend";
    await Deno.symlink(place.gateway, place.path("krakend"));
    await place.startAndServe({
      args: [
        ...["-g", "krakend.json", "-s", "--"],
        ...[program, "run", "-c", "krakend.json", "-d"],
      ],
      env: isByPath ? { KRAKEND_BIN: "/does/not/exist" } : {},
    });
    await Deno.writeTextFile(place.file, "{ broken");
    await place.reports("krakend.json is refused, the gateway goes on");
    assertEquals(await place.statusOf("/one"), 200);
    await place.save("/two");
    await place.serves("/two");
  }
});

/** Command lines that cannot be carried out: the exit code, and what the sentence must hold. */
const REFUSED: readonly [string[], number, string][] = [
  [["-c", "reflex.conf"], 2, "no file of commands as reflex has one"],
  [["--config", "reflex.conf"], 2, "no file of commands as reflex has one"],
  [["-d", "loud", "--", "true"], 2, 'got "loud", write none, plain or fancy'],
  [["-s", "--", "echo", "{}"], 2, "--start-service runs the command before"],
  [["--once", "--", "echo", "{}"], 2, "--once runs the command before"],
  [["--substitute", "", "--", "echo"], 2, '"--substitute" needs a value'],
  [["--only-files", "--only-dirs", "--", "true"], 2, "exclude each other"],
  [["-r", "(", "--", "true"], 2, '"("'],
  [["mkae"], 2, "a command of another program comes after --"],
  [["-g", "*.c", "mkae"], 127, 'Cannot find the program "mkae" on PATH'],
  [["-g", "*.c", "rnu", "-c", "x"], 127, 'did you mean krakend\'s "run"?'],
  [["--", "./mkae"], 127, 'Cannot find the program "./mkae"'],
  [["--", ""], 127, 'Cannot find the program ""'],
  [["--", "./text"], 126, "not executable"],
  [["./garbage"], 126, "neither a program nor a script"],
  [["--", "./."], 126, "it is a folder"],
  [["conf/krakend.json"], 2, "run -c krakend.json"],
];

for (const [args, code, text] of REFUSED) {
  Deno.test(`"${args.join(" ")}" is refused in one line with exit code ${code}`, async () => {
    await using shop = await Workshop.open();
    await shop.write("text");
    await shop.write("garbage", "echo");
    await Deno.chmod(shop.path("garbage"), 0o755);
    const watch = shop.launch({ args });
    assertEquals((await watch.status).code, code);
    assertEquals(watch.lines.length, 1, watch.lines.join("\n"));
    assertStringIncludes(watch.lines[0] ?? "", text);
    assert(watch.lines[0]?.startsWith("krakend-watch: error: "));
  });
}
