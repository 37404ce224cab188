import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { findGateway } from "../../scripts/gateway/build.ts";
import { startBackend } from "../../scripts/lab/backend.ts";
import { configText, freePort } from "../../scripts/lab/config.ts";
import {
  type Client,
  get,
  load,
  sendOnce,
  tallyText,
} from "../../scripts/lab/load.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { until } from "../../scripts/lab/until.ts";
import { eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { isRunning, startedPids, writeScript } from "../helpers/processes.ts";
import { HAS_TERMINAL, Terminal } from "../helpers/terminal.ts";
import {
  obstacle,
  orObstacle,
  subject,
  testAsInit,
  testStatic,
} from "./cases.ts";
import { finish } from "./finish.ts";
import { childrenOf, Namespace } from "./namespace.ts";
import { Room, type RoomOptions } from "./room.ts";
import { krakendWatch } from "./subject.ts";

const RELOADS = 5;
const UNPRIVILEGED = "65534:65534";
const SIGKILL = 9;
/** SIGUSR1, in a set of signals. */
const SIGUSR1 = 0x200n;

const file = obstacle ?? await orObstacle(() => krakendWatch(Deno.build.arch));
const path = typeof file === "string" ? file : "";
const reason = typeof file === "string" ? undefined : file.message;
const gateway = await findGateway();

/** The file in the place of the program from source. */
const FROM_FILE = { deno: path, program: [] } as const;

/** Reads a set of signals of a process, such as SigBlk. */
async function signalsOf(pid: number, name: string): Promise<bigint> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return BigInt(
    `0x${new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(status)?.[1]}`,
  );
}

/** A room with krakend-watch, the gateway and its configuration in it, and nothing else. */
async function openRoom(without: RoomOptions["without"] = ["writing"]) {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(startBackend());
  const room = stack.use(
    await Room.with({ "krakend-watch": path, krakend: gateway }),
  );
  const port = freePort();
  const save = (...endpoints: string[]) =>
    Deno.writeTextFile(
      room.path("etc/krakend.json"),
      configText({ port, backend: backend.url, endpoints }),
    );
  await save("/one");
  const namespace = stack.use(
    new Namespace(room.command([
      "/bin/krakend-watch",
      "--log-format=json",
      "--krakend=/bin/krakend",
      ...["run", "-c", "/etc/krakend.json"],
    ], {
      user: UNPRIVILEGED,
      env: { USAGE_DISABLE: "1" },
      without,
    })),
  );
  const serves = (endpoint: string) =>
    until(
      `the gateway serves ${endpoint}`,
      async () => await statusOf(port, endpoint) === 200,
      { evidence: () => namespace.shown },
    );
  await serves("/one");
  const all = stack.move();
  return {
    port,
    namespace,
    save,
    serves,
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

testAsInit(
  "as the first process, without privileges, where nothing can be written and nothing else is there, reloads refuse and drop no connection",
  async () => {
    await using room = await openRoom();
    const client: Client = {
      name: "new connections",
      count: 2,
      create: () => sendOnce(room, [get("/one")]),
    };
    const stop = new AbortController();
    const loading = load([client], stop.signal);
    for (let round = 1; round <= RELOADS; round++) {
      await room.save("/one", `/round/${round}`);
      await room.serves(`/round/${round}`);
    }
    stop.abort();
    const tallies = await loading;
    const { sent = 0, failures } = tallies.get(client.name) ?? {};
    assertEquals(failures, [], tallyText(tallies));
    assert(sent > RELOADS);
    const init = await room.namespace.first();
    Deno.kill(init, "SIGTERM");
    assertEquals(await room.namespace.code(), 0, room.namespace.shown);
    const ready = eventsOf(room.namespace.shown.split("\n"))
      .filter((it) => it.event === "ready");
    assertEquals(
      ready.map(({ handover, down_ms }) => [handover, down_ms]),
      [["shared", undefined], ...Array(RELOADS).fill(["shared", 0])],
    );
  },
  reason,
);

testAsInit(
  "a container ends with krakend-watch, and with it the gateway",
  async () => {
    await using room = await openRoom();
    const [watch = 0] = childrenOf(await room.namespace.first());
    Deno.kill(watch, "SIGKILL");
    assertEquals(await room.namespace.code(), 128 + SIGKILL);
    assertEquals(await statusOf(room.port, "/one"), undefined);
  },
  reason,
);

testAsInit(
  "without /proc it reloads all the same, and says what is lost",
  async () => {
    await using room = await openRoom(["proc"]);
    await room.save("/two");
    await room.serves("/two");
    await room.namespace.shows("/proc is not mounted");
    await room.namespace.shows('"handover":"swap"');
  },
  reason,
);

testAsInit("orphans of a command are taken", async () => {
  await using namespace = new Namespace([
    ...[path, "--once", "--", subject.plain, "orphans", "20"],
  ]);
  assertEquals(await namespace.code(), 0, namespace.shown);
  assertEquals(namespace.shown, "left 0\n");
}, reason);

testStatic("if krakend-watch is killed, its gateway ends", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({
    ...FROM_FILE,
    args: ["-v", "run", "-c", "krakend.json"],
  });
  const [pid = 0] = startedPids(place.lines);
  assert(await isRunning(pid));
  watch.signal("SIGKILL");
  await place.until("the gateway has ended", async () => !await isRunning(pid));
}, reason);

for (
  const [way, options] of [["shared", []], ["swap", ["--no-overlap"]]] as const
) {
  testStatic(
    `SIGUSR1 never reaches Deno, and no signal is blocked for a gateway (${way})`,
    async () => {
      await using place = await Playground.open();
      const watch = place.start({
        ...FROM_FILE,
        args: ["-v", ...options, "run", "-c", "krakend.json"],
      });
      await place.until(
        "the launcher is at work",
        async () => await signalsOf(watch.pid, "SigBlk") === SIGUSR1,
      );
      for (const wanted of ["/one", "/two"]) {
        watch.signal("SIGUSR1");
        await place.save(wanted);
        await place.serves(wanted);
      }
      // It is pending for good.
      assertEquals(await signalsOf(watch.pid, "ShdPnd"), SIGUSR1);
      await place.until(
        "no signal is blocked for the gateway",
        () => masksOf(startedPids(place.lines).at(-1) ?? 0).includes(0n),
      );
      assertEquals(await listensOnDebugPort(watch.pid), false);
    },
    reason,
  );
}

/** The blocked signals of each thread: Go blocks all of them for one that it has no use for. None if the process has ended. */
function masksOf(pid: number): bigint[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => {
      const path = `/proc/${pid}/task/${name}/status`;
      const mask = /^SigBlk:\s*(\w+)/m.exec(Deno.readTextFileSync(path))?.[1];
      return BigInt(`0x${mask}`);
    });
  } catch {
    return [];
  }
}

/** Whether a process listens on port 9229. */
async function listensOnDebugPort(pid: number): Promise<boolean> {
  const sockets = (await Deno.readTextFile("/proc/net/tcp")).split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) =>
      address?.endsWith(":240D") && state === "0A"
    ).map((fields) => `socket:[${fields[9]}]`);
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].some(({ name }) => {
    try {
      return sockets.includes(Deno.readLinkSync(`/proc/${pid}/fd/${name}`));
    } catch {
      return false; // closed meanwhile
    }
  });
}

testStatic(
  "no signal is blocked for a check, a command, a service and the command of --on-event",
  async () => {
    await using place = await Playground.open();
    const note = "grep SigBlk /proc/self/status >> notes";
    await writeScript(place.folder, "krakend", `${note}; echo "Syntax OK!"`);
    await writeScript(place.folder, "note", note);
    const check = ["check", "-c", "krakend.json"];
    for (
      const args of [
        ["--once", "--krakend=./krakend", ...check],
        ["--krakend=./krakend", ...check],
        ["--once", "--", "./note"],
        ["--start-service", "--", "./note"],
        ["--on-event", `exec ./note`, "--krakend=/bin/true", ...check],
      ]
    ) {
      const notes = place.path("notes");
      const watch = place.start({ ...FROM_FILE, args });
      await place.until(
        `there is a note of ${args}`,
        () => Deno.readTextFile(notes).then(Boolean, () => false),
      );
      watch.signal("SIGTERM");
      await watch.status;
      const [first] = (await Deno.readTextFile(notes)).split("\n");
      assertEquals(first, "SigBlk:\t0000000000000000", `${args}`);
      await Deno.remove(notes);
    }
  },
  reason,
);

testStatic("a user's --keeper is refused", async () => {
  for (const words of [[], ["keep", "@x", "1", "1"], ["exec", "/bin/true"]]) {
    const { code, stderr } = await finish([path, "--keeper", ...words]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, 'Unknown option "--keeper"');
  }
}, reason);

testStatic(
  "a program that cannot be run has the exit code of shells",
  async () => {
    const folder = await Deno.makeTempDir();
    const script = join(folder, "script");
    await Deno.writeTextFile(script, "#!/missing\n", { mode: 0o755 });
    const once = async (...words: string[]) => {
      const { code } = await finish([path, "--once", "--", ...words]);
      return code;
    };
    assertEquals(await once("/missing"), 127);
    assertEquals(await once(script), 127);
    assertEquals(await once(folder), 126);
    assertEquals(await once("/bin/sh", "-c", "exit 3"), 3);
    await Deno.remove(folder, { recursive: true });
  },
  reason,
);

testStatic(
  "on a terminal nothing is written that is not ours",
  async () => {
    await using terminal = new Terminal("/", {
      env: { FILE: path },
      command: '"$FILE" --once -- /bin/echo hello; exec cat',
    });
    await terminal.shows("hello");
    assertEquals(terminal.screen, "hello\r\n");
  },
  reason ?? (!HAS_TERMINAL && "there is no script(1)"),
);
