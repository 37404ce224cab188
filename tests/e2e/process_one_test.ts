import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { isRunning, succeeds } from "../helpers/processes.ts";
import { Workshop } from "../helpers/workshop.ts";

/** A program around one that becomes process 1, as in a container without an init. */
const AS_FIRST = [
  ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
  // It must be the first itself, and not the child of a shell.
  ...["sh", "-c", 'exec "$@"', "sh"],
];

const CAN_BE_FIRST = await succeeds(...AS_FIRST, "true");

/** The numbers of the children of a process, and whether they are dead (Linux). */
function childrenOf(pid: number): { pid: number; isDead: boolean }[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(parent) === pid
        ? [{ pid: Number(name), isDead: state === "Z" }]
        : [];
    } catch {
      return [];
    }
  });
}

/** The process that is the first one inside, as seen from outside. */
function firstIn(pid: number): number {
  return childrenOf(pid)[0]?.pid ?? 0;
}

Deno.test(
  "as process 1, orphans are reaped, and the exits of gateways are seen as ever",
  {
    ignore: !CAN_BE_FIRST,
  },
  async () => {
    await using place = await Playground.open();
    // Two children each whose parent has ended: one ends soon, the other never.
    const orphans =
      "setsid sh -c 'sleep 0.2' & setsid sh -c 'exec sleep 1000' & true";
    const watch = await place.startAndServe({
      args: ["--on-event", orphans, "run", "-c", "krakend.json"],
      wrapper: AS_FIRST,
    });
    const first = firstIn(watch.pid);
    const dead = () => childrenOf(first).filter(({ isDead }) => isDead).length;
    // Deno reaps its own children one by one.
    await place.until("there are dead orphans", () => dead() >= 3);
    await place.until("they are reaped", () => dead() === 0);
    const gateway = childrenOf(first).find(({ pid }) =>
      Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("\0run\0")
    );
    assert(gateway);
    Deno.kill(gateway.pid, "SIGKILL");
    await place.reports("the gateway was ended by SIGKILL");
    await place.restarts(1);
    Deno.kill(first, "SIGTERM");
    await place.until("it has ended", async () => !await isRunning(first));
  },
);

Deno.test("what a command puts into a session of its own goes on when the command ends, and all else ends with it", async () => {
  await using shop = await Workshop.open();
  const script = `sleep 1000 & echo "inside $!"
    setsid sleep 1000 & echo "outside $!"
    sleep 1000`;
  const watch = await shop.start("-s", "--", "sh", "-c", script);
  const pidOf = (name: string) =>
    Number(
      new RegExp(`${name} (\\d+)`).exec(shop.lines.join("\n"))?.[1] ?? 0,
    );
  await shop.until("all have started", () => pidOf("outside") > 0);
  watch.signal("SIGTERM");
  await shop.until(
    "the command has ended",
    async () => !await isRunning(pidOf("inside")),
  );
  assertEquals(await isRunning(pidOf("outside")), true);
  Deno.kill(pidOf("outside"), "SIGKILL");
});
