import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { get, load, sendOnce, tallyText } from "../../scripts/lab/load.ts";
import { eventAt, eventIn, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { withoutKeeper } from "../helpers/swap.ts";
import {
  childOf,
  isRunning,
  processesOf,
  stateOf,
  writeScript,
} from "../helpers/processes.ts";

const VERBOSE = ["-v", "--log-format=json", "run", "-c", "krakend.json"];
const KEEPER_ENDED = "reloads interrupt the service now: the keeper has ended";

/** Returns the sentences of all warnings and errors. */
function complaints({ lines }: Playground): string[] {
  return eventsOf(lines).flatMap(({ level, message }) =>
    level === "warning" || level === "error" ? [message] : []
  );
}

/** Waits until no process is left, and no copy in TMPDIR. */
function nothingIsLeft(place: Playground, tmp: string): Promise<void> {
  return place.until(
    "no process and no copy is left",
    () =>
      processesOf(place.folder).length === 0 &&
      [...Deno.readDirSync(tmp)].length === 0,
  );
}

/** Waits until the keeper runs, and returns its number. */
async function keeperOf(place: Playground, pid: number): Promise<number> {
  const find = () => childOf(pid, "keep\0");
  await place.until("the keeper runs", () => find() !== undefined);
  return find() ?? 0;
}

/** Sends requests until it is disposed of, and then asserts that none was refused. */
function refusingNone(place: Playground): AsyncDisposable {
  const stop = new AbortController();
  const loading = load([{
    name: "new connections",
    count: 4,
    create: () => sendOnce(place, [get("/__health")]),
  }], stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      const tallies = await loading;
      const refused = [...tallies.values()].flatMap(({ failures }) =>
        failures.filter(({ kind }) => kind === "refused")
      );
      assertEquals(refused, [], tallyText(tallies));
    },
  };
}

Deno.test("when the keeper is killed, the gateway serves on, one line says what it means, and reloads go on", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: VERBOSE });
  await eventAt(place, "ready", 1);
  Deno.kill(await keeperOf(place, watch.pid), "SIGKILL");
  await eventIn(place, "warning");
  assertEquals(await place.statusOf("/one"), 200);
  for (const round of [1, 2]) {
    await place.save(`/round/${round}`);
    await place.serves(`/round/${round}`);
    const { handover } = await eventAt(place, "ready", round + 1);
    assertEquals(handover, "swap");
  }
  assertEquals(complaints(place), [KEEPER_ENDED]);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(processesOf(place.folder), []);
});

Deno.test("when the keeper is killed, and then krakend-watch, nothing is left", async () => {
  await using place = await Playground.open();
  const tmp = place.path("tmp");
  await Deno.mkdir(tmp);
  const watch = place.start({ args: VERBOSE, env: { TMPDIR: tmp } });
  await eventAt(place, "ready", 1);
  Deno.kill(await keeperOf(place, watch.pid), "SIGKILL");
  await eventIn(place, "warning");
  const watchdog = () => childOf(watch.pid, "watchdog\0");
  await place.until("a shell is the watchdog", () => watchdog() !== undefined);
  const first = watchdog() ?? 0;
  Deno.kill(first, "SIGTERM");
  Deno.kill(first, "SIGKILL");
  const next = () => ![undefined, first].includes(watchdog());
  await place.until("another one takes its place", next);
  await place.save("/two");
  // By then, the shell has the number of the new gateway.
  await eventAt(place, "ready", 2);
  watch.signal("SIGKILL");
  await nothingIsLeft(place, tmp);
});

Deno.test("where the keeper cannot be run, a shell ends the gateway when krakend-watch is killed", async () => {
  await using place = await Playground.open();
  const keeper = place.path("keeper");
  await Deno.writeTextFile(keeper, "");
  const program = await withoutKeeper(place, keeper);
  const tmp = place.path("tmp");
  await Deno.mkdir(tmp);
  const env = { TMPDIR: tmp };
  const watch = place.start({ args: VERBOSE, program, env });
  await eventAt(place, "ready", 1);
  const [complaint = ""] = complaints(place);
  assertStringIncludes(complaint, `cannot start ${keeper}`);
  watch.signal("SIGKILL");
  await nothingIsLeft(place, tmp);
});

Deno.test("a keeper that is stopped does not keep krakend-watch from its end", async () => {
  await using place = await Playground.open();
  const watch = place.start({ args: VERBOSE });
  await eventAt(place, "ready", 1);
  const keeper = await keeperOf(place, watch.pid);
  Deno.kill(keeper, "SIGSTOP");
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
  assertEquals(await isRunning(keeper), false);
});

Deno.test("when the keeper is killed while a candidate boots, the configuration is served all the same", async () => {
  await using place = await Playground.open();
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && grep -q slow "$config" && sleep 0.5
     exec "${place.gateway}" "$@"`,
  );
  const watch = place.start({ args: VERBOSE, env: { KRAKEND_BIN: gateway } });
  await eventAt(place, "ready", 1);
  await place.save("/slow/0");
  await eventAt(place, "starting", 2);
  Deno.kill(await keeperOf(place, watch.pid), "SIGKILL");
  await eventAt(place, "ready", 2);
  const status = await place.statusOf("/slow/0");
  assertEquals(status, 200, place.lines.join("\n"));
  assertEquals(complaints(place), [KEEPER_ENDED]);
});

Deno.test("when krakend-watch is killed, the gateway finishes its requests and is gone, and so is the private folder", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("tmp"));
  await place.save("/one", "/slow/1000");
  const watch = await place.startAndServe({
    args: ["-v", "run", "-c", "krakend.json"],
    env: { TMPDIR: place.path("tmp") },
  });
  assert([...Deno.readDirSync(place.path("tmp"))].length > 0);
  const answer = place.statusOf("/slow/1000");
  await place.until("the backend has it", () => place.backend.pending === 1);
  watch.signal("SIGKILL");
  assertEquals(await answer, 200);
  await place.until(
    "no process is left",
    () => processesOf(place.folder).length === 0,
  );
  await place.until(
    "no copy is left",
    () => [...Deno.readDirSync(place.path("tmp"))].length === 0,
  );
});

Deno.test("an old gateway that is stopped keeps no client waiting, and is ended", async () => {
  await using place = await Playground.open();
  place.start({ args: VERBOSE });
  const { pid } = await eventAt(place, "ready", 1);
  Deno.kill(pid, "SIGSTOP");
  await place.save("/two");
  await eventAt(place, "ready", 2);
  await using _ = refusingNone(place);
  assertEquals(await place.statusOf("/two"), 200);
  await eventIn(place, "drained", (it) => it.pid === pid);
  assertEquals(await isRunning(pid), false);
  assertEquals(complaints(place), []);
});

Deno.test("a candidate that is stopped is given up after the ready timeout", async () => {
  await using place = await Playground.open();
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && grep -q stopped "$config" && kill -STOP $$
     exec "${place.gateway}" "$@"`,
  );
  const args = ["--ready-timeout=500ms", ...VERBOSE];
  place.start({ args, env: { KRAKEND_BIN: gateway } });
  await eventAt(place, "ready", 1);
  await using _ = refusingNone(place);
  await place.save("/stopped");
  const { pid } = await eventAt(place, "starting", 2);
  await place.until("it is stopped", async () => await stateOf(pid) === "T");
  const { reason } = await eventIn(place, "rejected");
  assert(reason.includes("did not listen on 127.0.0.1"), reason);
  assertEquals(await isRunning(pid), false);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("when a new gateway dies within the grace period, the old one has all connections again", async () => {
  await using place = await Playground.open();
  place.start({ args: VERBOSE });
  const { pid } = await eventAt(place, "ready", 1);
  await using _ = refusingNone(place);
  await place.save("/two");
  const { pid: next } = await eventAt(place, "ready", 2);
  Deno.kill(next, "SIGKILL");
  const { signal } = await eventIn(place, "rolled_back");
  assertEquals(signal, "SIGKILL");
  await place.serves("/one");
  // It is not ended by what was meant for the one that was replaced.
  await place.staysQuiet();
  assertEquals(await isRunning(pid), true);
  await place.save("/three");
  await place.serves("/three");
});

Deno.test("when a gateway dies later, clients wait for the next one", async () => {
  await using place = await Playground.open();
  place.start({ args: VERBOSE });
  await eventAt(place, "ready", 1);
  await place.save("/two");
  const { pid } = await eventAt(place, "ready", 2);
  await eventIn(place, "drained");
  await using _ = refusingNone(place);
  Deno.kill(pid, "SIGKILL");
  const { next, retry_ms } = await eventIn(place, "exited");
  assertEquals([next, retry_ms], ["restart", 0]);
  await eventAt(place, "ready", 3);
  assertEquals(await place.statusOf("/two"), 200);
});

/** A configuration with an agent that consumes messages of a queue. */
function consumer(place: Playground, ...endpoints: readonly string[]): string {
  return place.configWith({
    async_agent: [{
      name: "agent",
      connection: { max_retries: 1 },
      consumer: { topic: "messages" },
      backend: [{ host: [place.backend.url], url_pattern: "/message" }],
    }],
  }, ...endpoints);
}

/** A gateway whose agent takes a message, and gives it back at SIGTERM; it never listens if its configuration says so. */
function consumingGateway(place: Playground): Promise<string> {
  return writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     echo "$1" $(grep -o 'round/[0-9]' "$config" | head -1) >> notes
     if [ "$1" = run ] && grep -q deaf "$config"; then
       trap 'echo given back >> notes; exit' TERM
       while :; do sleep 0.02; done
     fi
     exec "${place.gateway}" "$@"`,
  );
}

Deno.test("a configuration with an async agent is checked before a gateway may consume with it", async () => {
  await using place = await Playground.open();
  const gateway = await consumingGateway(place);
  await Deno.writeTextFile(place.file, consumer(place, "/round/1"));
  place.start({ args: VERBOSE, env: { KRAKEND_BIN: gateway } });
  await eventAt(place, "ready", 1);
  await Deno.writeTextFile(place.file, consumer(place, "/round/2"));
  const { handover } = await eventAt(place, "ready", 2);
  assertEquals(handover, "shared");
  const wrong = consumer(place, "/round/3").replace(
    '"version": 3',
    '"version": 2',
  );
  await Deno.writeTextFile(place.file, wrong);
  await eventIn(place, "rejected");
  const notes = await Deno.readTextFile(place.path("notes"));
  assertEquals(notes.trim().split("\n"), [
    ...["check round/1", "run round/1"],
    ...["check round/2", "run round/2"],
    "check round/3",
  ]);
});

for (const isReplaced of [true, false]) {
  const why = isReplaced ? "is replaced" : "does not listen";
  Deno.test(`a candidate with an async agent that ${why} may give back what it has taken`, async () => {
    await using place = await Playground.open();
    const gateway = await consumingGateway(place);
    const timeout = isReplaced ? "20s" : "300ms";
    place.start({
      args: [`--ready-timeout=${timeout}`, ...VERBOSE],
      env: { KRAKEND_BIN: gateway },
    });
    await eventAt(place, "ready", 1);
    await Deno.writeTextFile(place.file, consumer(place, "/deaf"));
    const { pid } = await eventAt(place, "starting", 2);
    if (isReplaced) {
      await place.save("/three");
      await place.serves("/three");
    } else {
      await eventIn(place, "rejected");
    }
    await place.until("it is gone", async () => !await isRunning(pid));
    const notes = await Deno.readTextFile(place.path("notes"));
    assertEquals(notes.match(/given back/g)?.length, 1);
    assertEquals(
      eventsOf(place.lines).some((it) => it.event === "killing"),
      false,
    );
  });
}
