import { assertEquals } from "@std/assert";
import { type Scene, stop, withSupervisor } from "./scene.ts";

/** Has a gateway serve that took 300 ms to boot, so that the next one leads by 60: nobody knows yet whether it can be faster. */
async function bootFirst(scene: Scene) {
  scene.way.overlap = "lead";
  scene.supervisor.restart();
  await scene.pass(300);
  await scene.serve();
}

/** The facts from a kind on, by their kinds. */
function kindsFrom({ facts }: Scene, kind: string): string[] {
  const kinds = facts.map((fact) => fact.kind);
  return kinds.slice(kinds.lastIndexOf(kind as typeof kinds[number]));
}

/** Ends everything that may still run. */
async function leaveAll(scene: Scene) {
  scene.supervisor.quit();
  for (const gateway of scene.gateways) gateway.leave();
  await scene.pass(0);
  assertEquals(scene.isStopped(), true);
}

Deno.test("the next gateway starts first, and the old one is told to leave when it has led", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    assertEquals(scene.log, ["start 1", "start 2"]);
    await scene.pass(59);
    assertEquals(scene.log, ["start 1", "start 2"]);
    await scene.pass(1);
    assertEquals(scene.log, ["start 1", "start 2", "TERM 1"]);
    await scene.pass(40);
    await scene.serve();
    assertEquals(scene.facts.at(-1), {
      kind: "ready",
      pid: 2,
      version: "newest",
      bootMs: 100,
      gapMs: 40,
    });
    await leaveAll(scene);
  }));

Deno.test("the old gateway has the shutdown timeout for its requests while the new one serves, and is killed then", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    await scene.pass(60);
    await scene.serve();
    await scene.pass(4_999);
    assertEquals(scene.log.includes("KILL 1"), false);
    await scene.pass(1);
    assertEquals(scene.log.at(-1), "KILL 1");
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.facts.at(-1), { kind: "drained", pid: 1 });
    assertEquals(scene.supervisor.isServing, true);
    await stop(scene);
  }));

Deno.test("a new gateway that dies early leaves the old one untouched", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.kept.isThere = true;
    scene.supervisor.restart();
    const exit = { code: 255, signal: null };
    scene.gateways[1]?.leave(exit);
    await scene.pass(60_000);
    assertEquals(scene.log, ["start 1", "start 2", "exit 2"]);
    assertEquals(scene.facts.at(-1), {
      kind: "abandoned",
      end: exit,
      lastLines: [],
      isOutdated: false,
      retryMs: undefined,
    });
    assertEquals(scene.supervisor.serving?.pid, 1);
    await stop({ ...scene, gateways: scene.gateways.slice(0, 1) });
  }));

Deno.test("an old gateway that goes on is started again with what it ran with", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.kept.isThere = true;
    scene.supervisor.restart();
    scene.gateways[1]?.leave({ code: 255, signal: null });
    await scene.pass(0);
    scene.gateways[0]?.leave({ code: 1, signal: null });
    await scene.pass(500);
    assertEquals(scene.log.at(-1), "start 3 from kept");
    await stop(scene);
  }));

Deno.test("what cannot be gone back from is tried again beside the gateway that serves", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    scene.gateways[1]?.leave();
    await scene.pass(499);
    assertEquals(scene.log.at(-1), "exit 2");
    await scene.pass(1);
    assertEquals(scene.log.at(-1), "start 3");
    assertEquals(scene.log.includes("TERM 1"), false);
    await leaveAll(scene);
  }));

Deno.test("a new gateway that finds its port taken is started again at once, and the lead shrinks", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    await scene.pass(60);
    const [, early] = scene.gateways;
    if (early) early.lastLines = ["port taken"];
    early?.leave();
    await scene.pass(0);
    assertEquals(scene.log.slice(-3), ["TERM 1", "exit 2", "start 3"]);
    await scene.pass(30);
    await scene.serve();
    assertEquals(kindsFrom(scene, "terminating"), [
      "terminating",
      "started",
      "ready",
    ]);
    // The fastest boot took 30 ms: 0.4 of it, less a quarter.
    scene.supervisor.restart();
    await scene.pass(8);
    assertEquals(scene.log.at(-1), "start 4");
    await scene.pass(1);
    assertEquals(scene.log.at(-1), "TERM 3");
    await leaveAll(scene);
  }));

Deno.test("a new gateway that finds its port taken before the old one was told to leave leads by less", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    await scene.pass(20);
    const [, early] = scene.gateways;
    if (early) early.lastLines = ["port taken"];
    early?.leave();
    await scene.pass(0);
    assertEquals(scene.log.slice(-2), ["exit 2", "start 3"]);
    // It lived for 20 ms: 0.2 of that, less a quarter.
    await scene.pass(3);
    assertEquals(scene.log.at(-1), "TERM 1");
    await leaveAll(scene);
  }));

Deno.test("where both can listen, the old gateway stays until the new one serves", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.way.overlap = "beside";
    scene.supervisor.restart();
    await scene.pass(9_000);
    assertEquals(scene.log, ["start 1", "start 2"]);
    await scene.serve();
    assertEquals(scene.log.at(-1), "TERM 1");
    const ready = scene.facts.findLast(({ kind }) => kind === "ready");
    assertEquals(ready?.kind === "ready" && ready.gapMs, undefined);
    await leaveAll(scene);
  }));

Deno.test("a new gateway that keeps silent beside the old one is stopped, and the old one goes on", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.kept.isThere = true;
    scene.way.overlap = "beside";
    scene.supervisor.restart();
    scene.keepSilent();
    assertEquals(scene.log, ["start 1", "start 2", "TERM 2"]);
    assertEquals(scene.supervisor.serving?.pid, 1);
    scene.gateways[1]?.leave();
    await leaveAll(scene);
  }));

Deno.test("a change that comes while the next gateway leads takes its place", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    await scene.pass(10);
    scene.supervisor.restart();
    assertEquals(scene.log, ["start 1", "start 2", "TERM 2", "start 3"]);
    scene.gateways[1]?.leave();
    await scene.pass(60);
    assertEquals(scene.log.slice(-2), ["exit 2", "TERM 1"]);
    await leaveAll(scene);
  }));

Deno.test("an old gateway that dies while the next one leads is not started again", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    scene.gateways[0]?.leave({ code: 2, signal: null });
    await scene.pass(50);
    await scene.serve();
    assertEquals(scene.log, ["start 1", "start 2", "exit 1"]);
    const ready = scene.facts.findLast(({ kind }) => kind === "ready");
    assertEquals(ready?.kind === "ready" && ready.gapMs, 50);
    await stop(scene);
  }));

Deno.test("quit waits for all that finish their requests, and a second one ends them", () =>
  withSupervisor(async (scene) => {
    await bootFirst(scene);
    scene.supervisor.restart();
    await scene.pass(60);
    await scene.serve();
    scene.supervisor.quit();
    scene.gateways[1]?.leave();
    await scene.pass(0);
    assertEquals(scene.isStopped(), false);
    scene.supervisor.quit();
    assertEquals(scene.log.at(-1), "KILL 1");
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
  }));
