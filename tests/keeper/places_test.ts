import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { freeHost } from "../../scripts/lab/config.ts";
import {
  ask,
  freeAddress,
  KEEPER,
  KeeperProcess,
  type KeeperProcessOptions,
  PROBE,
  Program,
  sharedCopy,
  temporaryFolder,
} from "./keeper_process.ts";
import {
  compileProgram,
  dockerDefaultCalls,
  systemCallNumbers,
} from "./programs.ts";

const CONFINE = await compileProgram("confine");
const isRoot = Deno.uid() === 0;
const UNPRIVILEGED = [
  "setpriv",
  "--reuid=65534",
  "--regid=65534",
  "--clear-groups",
];
const NO_RIGHTS = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"];

/** A folder, and the programs, where other users can reach them. */
function place() {
  const folder = temporaryFolder();
  Deno.chmodSync(folder.path, 0o777);
  const program = sharedCopy(folder.path, KEEPER, "keeper");
  const probe = sharedCopy(folder.path, PROBE, "probe");
  const confine = sharedCopy(folder.path, CONFINE, "confine");
  Deno.chmodSync(folder.path, 0o777);
  const [socket, own] = [`${folder.path}/socket`, `${folder.path}/own`];
  Deno.mkdirSync(own);
  return {
    program,
    probe,
    confine,
    socket,
    own,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** A confinement of keeper and launchers, from a place where its programs are. */
type Prefix = (confine: string) => Promise<string[]> | string[];

/** Defines a test that two instances share their port where keeper and launchers are both confined. */
function isAbleTest(
  name: string,
  prefixOf: Prefix,
  address = freeAddress(),
): void {
  Deno.test({
    name: `instances share their port ${name}`,
    ignore: !isRoot,
    async fn() {
      using it = place();
      const prefix = await prefixOf(it.confine);
      await using keeper = await KeeperProcess.start({ ...it, prefix });
      const options = { prefix, program: it.probe };
      const active = await keeper.serve(address, undefined, options);
      assertEquals(await ask(address), `${active.pid}`);
      const candidate = await keeper.serve(address, undefined, options);
      assertEquals(await ask(address), `${candidate.pid}`);
      candidate.signal("SIGTERM");
      assertEquals(await candidate.end(), 0);
      await keeper.says(`gone ${candidate.pid}`);
      assertEquals(await ask(address), `${active.pid}`);
    },
  });
}

/** Defines a test that the keeper says `unable`, refuses launchers at once, and is the watchdog all the same. */
function isUnableTest(
  name: string,
  word: string,
  prefixOf: Prefix,
  options: KeeperProcessOptions = {},
): void {
  Deno.test({
    name: `the keeper is unable ${name}, and still the watchdog`,
    ignore: !isRoot,
    async fn() {
      using it = place();
      const prefix = await prefixOf(it.confine);
      await using keeper = new KeeperProcess({
        ...it,
        prefix,
        folder: it.own,
        ...options,
      });
      await keeper.says(`unable ${word}`);
      const started = performance.now();
      const refused = keeper.launch([]);
      assertEquals(await refused.end(), 125);
      if (word !== "socket") {
        // At once: the time to wait for a keeper is 2 seconds.
        assertEquals(performance.now() - started < 1_500, true);
      }
      const watched = new Program([PROBE, "signals", "serve"]);
      await watched.writes("SigIgn");
      await keeper.command(`watch ${watched.pid}`);
      await keeper.closeInput();
      assertEquals(await watched.end(), 0);
      assertEquals(await keeper.end(), 0);
      assertEquals(await exists(it.own), false);
    },
  });
}

isAbleTest("as an unprivileged user", () => UNPRIVILEGED);
isAbleTest(
  "as an unprivileged user with no_new_privs and no capability",
  () => [
    ...UNPRIVILEGED,
    ...NO_RIGHTS,
  ],
);
isAbleTest(
  "as an unprivileged user with the right to have a privileged port",
  () => [
    ...UNPRIVILEGED,
    "--inh-caps=+net_bind_service",
    "--ambient-caps=+net_bind_service",
  ],
  `${freeHost()}:84`,
);
isAbleTest("as root without any capability", () => ["setpriv", ...NO_RIGHTS]);
isAbleTest(
  "under Docker's default seccomp profile, as root",
  async (confine) => [
    ...await docker(confine),
    ...["setpriv", "--bounding-set=-sys_admin,-sys_ptrace"],
  ],
);
isAbleTest(
  "under Docker's default seccomp profile, as another user",
  async (confine) => [
    ...["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"],
    ...NO_RIGHTS,
    ...await docker(confine),
  ],
);
isAbleTest("before Linux 5.19", (confine) => [confine, "before-5.19", "--"]);
isAbleTest("before Linux 5.19, as an unprivileged user", (confine) => [
  ...UNPRIVILEGED,
  confine,
  "before-5.19",
  "--",
]);

isUnableTest(
  "under a profile without seccomp(2)",
  "seccomp",
  async (confine) => [
    ...await docker(confine, "seccomp"),
  ],
);
isUnableTest("on a kernel without seccomp(2)", "kernel", async (confine) => [
  ...[confine, "deny", "38"],
  ...await systemCallNumbers(["seccomp"]),
  "--",
]);
isUnableTest(
  "under a profile without pidfd_open(2)",
  "seccomp",
  async (confine) => [
    ...await docker(confine, "pidfd_open"),
  ],
);
isUnableTest(
  "where memory of others cannot be read",
  "memory",
  async (confine) => [
    ...await docker(confine, "process_vm_readv"),
  ],
);
isUnableTest("without /proc", "proc", () => [
  ...["unshare", "--mount", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"],
]);
isUnableTest("if it cannot fork", "processes", async (confine) => [
  ...await docker(confine, "clone"),
]);
isUnableTest(
  "under a runtime that answers for system calls itself",
  "busy",
  (confine) => [
    confine,
    "listener",
    "--",
  ],
);
isUnableTest("if its socket's path is too long", "socket", () => [], {
  socket: `/tmp/${"x".repeat(120)}`,
});

/** Docker's default profile, without some of the calls that it allows. */
async function docker(confine: string, ...except: string[]): Promise<string[]> {
  const calls = (await dockerDefaultCalls()).filter((it) =>
    !except.includes(it)
  );
  return [confine, "allow", ...await systemCallNumbers(calls), "--"];
}

Deno.test("instances share their port in a user namespace", async () => {
  using it = place();
  const address = freeAddress();
  // All in one: what is started under the keeper is started in there.
  const script = `
    mkfifo "$5/in" "$5/out"
    "$1" keep "$3" 1000 1000 < "$5/in" > "$5/out" &
    exec 3> "$5/in" 4< "$5/out"
    await() { while read -r line <&4; do echo "$line"; case $line in $1*) return;; esac; done; }
    await ready
    "$1" launch "$3" 0 "$2" "tcp:$4" serve & first=$!
    await listening; echo "go $first" >&3; await serving
    "$1" launch "$3" 0 "$2" "tcp:$4" serve & second=$!
    await listening; echo "go $second" >&3; await serving
    kill $first; await gone
    sleep 60000`;
  const all = new Program([
    ...[
      "unshare",
      "--user",
      "--map-root-user",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ],
    ...["sh", "-c", script],
    ...["sh", it.program, it.probe, it.socket, address, it.own],
  ]);
  try {
    await all.writes("gone");
    assertEquals(all.output.match(/^\w+/gm)?.filter((word) => word !== "tcp"), [
      ...["ready", "joined", "bound", "listening", "serving"],
      ...["joined", "bound", "listening", "serving", "gone"],
    ]);
    assertEquals(/^\d+$/.test(await ask(address)), true);
  } finally {
    all.signal("SIGKILL");
    await all.end();
  }
});

Deno.test({
  name: "a gateway in another user namespace than the keeper is passed through",
  ignore: !isRoot,
  async fn() {
    using it = place();
    const own = [...UNPRIVILEGED, "unshare", "--user", "--map-root-user"];
    await using keeper = await KeeperProcess.start({ ...it, prefix: own });
    const address = freeAddress();
    const gateway = keeper.launch([`tcp:${address}`, "serve"], {
      prefix: own,
      program: it.probe,
    });
    await gateway.writes(`tcp ${address} ok`);
    assertEquals(await ask(address), `${gateway.pid}`);
    assertEquals(keeper.of(gateway), ["joined", "unreadable"]);
  },
});

const YAMA = "/proc/sys/kernel/yama/ptrace_scope";
const yama = await exists(YAMA) ? Deno.readTextFileSync(YAMA).trim() : "absent";

Deno.test({
  name: "instances share their port with Yama at 1" +
    (yama === "1" ? "" : ` (skipped: here it is ${yama})`),
  ignore: !isRoot || yama !== "1",
  async fn() {
    using it = place();
    const options = { prefix: UNPRIVILEGED, program: it.probe };
    await using keeper = await KeeperProcess.start({
      ...it,
      prefix: UNPRIVILEGED,
    });
    const address = freeAddress();
    await keeper.serve(address, undefined, options);
    const candidate = await keeper.serve(address, undefined, options);
    assertEquals(await ask(address), `${candidate.pid}`);
  },
});
