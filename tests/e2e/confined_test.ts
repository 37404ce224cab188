import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { get, load, sendOnce, tallyText } from "../../scripts/lab/load.ts";
import { AS_NOBODY, forEveryone, NO_RIGHTS } from "../helpers/confined.ts";
import { eventAt, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";
import {
  compileProgram,
  dockerDefaultCalls,
  systemCallNumbers,
} from "../keeper/programs.ts";

const VERBOSE = ["-v", "--log-format=json", "run", "-c", "krakend.json"];
const RELOADS = 3;
const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;
const YAMA = "/proc/sys/kernel/yama/ptrace_scope";
const yama = await exists(YAMA) ? Deno.readTextFileSync(YAMA).trim() : "absent";

/** Puts the program that confines others into a playground, and returns its path. */
async function confine(place: Playground): Promise<string> {
  const path = place.path("confine");
  await Deno.copyFile(await compileProgram("confine"), path);
  return path;
}

/** Runs a command under Docker's default seccomp profile, without some of the calls that it allows. */
async function docker(
  place: Playground,
  ...except: readonly string[]
): Promise<string[]> {
  const names = (await dockerDefaultCalls())
    .filter((name) => !except.includes(name));
  const calls = await systemCallNumbers(names);
  return [await confine(place), "allow", ...calls, "--"];
}

/** Commands around krakend-watch that confine it and all that it starts. */
const PLACES: Readonly<
  Record<string, (place: Playground) => Promise<string[]> | string[]>
> = {
  "as nobody": () => AS_NOBODY,
  "as nobody with no_new_privs and no capability": () => [
    ...AS_NOBODY,
    ...NO_RIGHTS,
  ],
  "as root without any capability": () => ["setpriv", ...NO_RIGHTS],
  "in a user namespace": () => ["unshare", "--user", "--map-root-user"],
  "in a user namespace of nobody": () => [
    ...AS_NOBODY,
    ...["unshare", "--user", "--map-root-user"],
  ],
  "under Docker's default seccomp profile, as root": async (place) => [
    ...await docker(place),
    ...["setpriv", "--bounding-set=-sys_admin,-sys_ptrace"],
  ],
  "under Docker's default seccomp profile, as nobody": async (place) => [
    ...AS_NOBODY,
    ...NO_RIGHTS,
    ...await docker(place),
  ],
  ...yama === "1" && { "as nobody with Yama at 1": () => AS_NOBODY },
};

for (const [name, wrapperOf] of Object.entries(PLACES)) {
  Deno.test({
    name: `${name}, reloads refuse no connection`,
    ignore: !IS_ROOT,
    async fn() {
      await using place = await Playground.open();
      const everyone = await forEveryone(place);
      const wrapper = await wrapperOf(place);
      assert(await succeeds(...wrapper, "true"), "it can be confined so");
      place.start({ args: VERBOSE, wrapper, ...everyone });
      await eventAt(place, "ready", 1);
      const stop = new AbortController();
      const create = () => sendOnce(place, [get("/__health")]);
      const clients = [{ name: "new connections", count: 2, create }];
      const loading = load(clients, stop.signal);
      for (let round = 1; round <= RELOADS; round++) {
        await place.save(`/round/${round}`);
        const { handover } = await eventAt(place, "ready", round + 1);
        assertEquals(handover, "shared");
      }
      await eventAt(place, "drained", RELOADS);
      stop.abort();
      const tallies = await loading;
      const failures = [...tallies.values()].flatMap((it) => it.failures);
      assertEquals(failures.length, 0, tallyText(tallies));
      const warnings = eventsOf(place.lines).filter(({ level }) =>
        level === "warning" || level === "error"
      );
      assertEquals(warnings, []);
    },
  });
}

/** Places where the keeper is unable, and why. */
const UNABLE: Readonly<
  Record<string, [string, (place: Playground) => Promise<string[]>]>
> = {
  "where seccomp is forbidden": [
    "seccomp is not allowed here",
    (place) => docker(place, "seccomp"),
  ],
  "under a runtime that supervises system calls itself": [
    "the container's runtime supervises system calls itself",
    async (place) => [await confine(place), "listener", "--"],
  ],
};

for (const [name, [reason, wrapperOf]] of Object.entries(UNABLE)) {
  Deno.test({
    name:
      `${name}, the gateway is reloaded all the same, and one line says why it is interrupted`,
    ignore: !IS_ROOT,
    async fn() {
      await using place = await Playground.open();
      const wrapper = await wrapperOf(place);
      assert(await succeeds(...wrapper, "true"), "it can be confined so");
      place.start({ args: VERBOSE, wrapper });
      for (const round of [1, 2]) {
        await eventAt(place, "ready", round);
        await place.save(`/round/${round}`);
        await place.serves(`/round/${round}`);
      }
      const { handover, down_ms } = await eventAt(place, "ready", 3);
      assertEquals([handover, Number(down_ms) > 0], ["swap", true]);
      const said = place.lines.filter((line) => line.includes(reason));
      assertEquals(said.length, 1, place.lines.join("\n"));
      const others = place.lines.filter((line) =>
        !line.startsWith("{") && !/KRAKEND|GIN|Signal intercepted/.test(line)
      );
      assertEquals(others, []);
    },
  });
}

/** Files that give a gateway rights that it would lose under the keeper. */
const PRIVILEGED: Readonly<Record<string, readonly string[]>> = {
  "a capability": ["setcap", "cap_net_bind_service+ep"],
  "the rights of its owner": ["chmod", "u+s"],
};

for (const [name, command] of Object.entries(PRIVILEGED)) {
  Deno.test({
    name:
      `a gateway whose file gives it ${name} keeps that, and one line says what it costs`,
    ignore: !IS_ROOT || !await succeeds("sh", "-c", `command -v ${command[0]}`),
    async fn() {
      await using place = await Playground.open();
      const everyone = await forEveryone(place);
      const krakend = place.path("bin/krakend");
      assert(await succeeds(...command, krakend));
      // Only with a right of its own can it listen there.
      // Not one of those to which fetch() sends nothing.
      const port = 700 + place.port % 200;
      const listen_ip = "127.0.0.77";
      const save = (path: string) =>
        Deno.writeTextFile(
          place.file,
          place.configWith({ listen_ip, port }, path),
        );
      const url = `http://${listen_ip}:${port}`;
      const serves = (path: string) =>
        place.until(`${path} is served`, async () => {
          const response = await fetch(url + path).catch(() => undefined);
          await response?.body?.cancel();
          return response?.status === 200;
        });
      await save("/one");
      place.start({ args: VERBOSE, wrapper: AS_NOBODY, ...everyone });
      await serves("/one");
      for (const round of [1, 2]) {
        await eventAt(place, "ready", round);
        await save(`/round/${round}`);
        await serves(`/round/${round}`);
      }
      const { handover, down_ms } = await eventAt(place, "ready", 3);
      assertEquals([handover, Number(down_ms) > 0], ["swap", true]);
      const reasons = eventsOf(place.lines).flatMap((it) =>
        it.event === "warning" ? [it.reason] : []
      );
      assertEquals(reasons, [
        "reloads interrupt the service now: krakend has rights by its file (setuid, setgid or capabilities), which it would lose under the keeper",
      ]);
    },
  });
}
