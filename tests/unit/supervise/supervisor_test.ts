import { assertEquals } from "@std/assert";
import { stop, withSupervisor } from "./scene.ts";

Deno.test("a supervisor starts nothing before something was approved", () =>
  withSupervisor(async (scene) => {
    await scene.pass(60_000);
    assertEquals(scene.log, []);
    scene.supervisor.quit();
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
  }));

Deno.test("a gateway is alive from its start, and serves once it is ready", () =>
  withSupervisor(async (scene) => {
    const { supervisor } = scene;
    const seen = () => [supervisor.isAlive, supervisor.isServing];
    assertEquals(seen(), [false, false]);
    supervisor.restart();
    assertEquals(seen(), [true, false]);
    await scene.serve();
    assertEquals(seen(), [true, true]);
    supervisor.restart();
    assertEquals(seen(), [false, false]);
    await stop(scene);
  }));

Deno.test("the next gateway starts when the one before it has left, not earlier", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.restart();
    await scene.pass(4_000);
    assertEquals(scene.log, ["start 1", "TERM 1"]);
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.log, ["start 1", "TERM 1", "exit 1", "start 2"]);
    await stop(scene);
  }));

Deno.test("changes that come while a gateway leaves become one start", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    for (let i = 0; i < 5; i++) scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.log, ["start 1", "TERM 1", "exit 1", "start 2"]);
    await stop(scene);
  }));

Deno.test("a gateway that does not leave is killed after the shutdown timeout, once", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.restart();
    await scene.pass(4_999);
    assertEquals(scene.log.includes("KILL 1"), false);
    await scene.pass(1);
    await scene.pass(60_000);
    assertEquals(scene.log, ["start 1", "TERM 1", "KILL 1"]);
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.log.at(-1), "start 2");
    await stop(scene);
  }));

Deno.test("the report says how long a gateway took to boot and how long nobody listened", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.pass(70);
    await scene.serve();
    scene.supervisor.restart();
    await scene.pass(30);
    scene.gateways[0]?.leave();
    await scene.pass(50);
    await scene.serve();
    assertEquals(scene.facts, [
      { kind: "started", pid: 1 },
      {
        kind: "ready",
        pid: 1,
        version: "newest",
        bootMs: 70,
        gapMs: undefined,
      },
      { kind: "terminating", pid: 1 },
      { kind: "started", pid: 2 },
      { kind: "ready", pid: 2, version: "newest", bootMs: 50, gapMs: 80 },
    ]);
    await scene.pass(1_000);
    scene.supervisor.restart();
    scene.gateways[1]?.leave();
    await scene.pass(60);
    await scene.serve();
    assertEquals(scene.facts.at(-1), {
      kind: "ready",
      pid: 3,
      version: "newest",
      bootMs: 60,
      gapMs: 60,
    });
    await stop(scene);
  }));

Deno.test("before the first gateway serves, there is no gap to tell of", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(500);
    await scene.pass(60);
    await scene.serve();
    assertEquals(scene.facts.at(-1), {
      kind: "ready",
      pid: 2,
      version: "newest",
      bootMs: 60,
      gapMs: undefined,
    });
    await stop(scene);
  }));

Deno.test("a gateway that leaves unasked is started again, later each time", () =>
  withSupervisor(async (scene) => {
    const exit = { code: 255, signal: null };
    scene.supervisor.restart();
    for (const retryMs of [500, 1_000, 2_000]) {
      const starts = scene.gateways.length;
      scene.gateways.at(-1)?.leave(exit);
      await scene.pass(0);
      assertEquals(scene.facts.at(-1), {
        kind: "exited",
        exit,
        sequel: "restart",
        retryMs,
        lastLines: [],
        isOutdated: false,
      });
      await scene.pass(retryMs - 1);
      assertEquals(scene.gateways.length, starts);
      await scene.pass(1);
      assertEquals(scene.gateways.length, starts + 1);
    }
    await stop(scene);
  }));

Deno.test("ten seconds of health forgive all failures, less forgive none", () =>
  withSupervisor(async (scene) => {
    const retryAfter = async (healthMs: number) => {
      await scene.serve();
      await scene.pass(healthMs);
      scene.gateways.at(-1)?.leave();
      await scene.pass(0);
      const fact = scene.facts.at(-1);
      const retryMs = fact?.kind === "exited" ? fact.retryMs : NaN;
      await scene.pass(retryMs);
      return retryMs;
    };
    scene.supervisor.restart();
    assertEquals(await retryAfter(9_999), 500);
    assertEquals(await retryAfter(9_999), 1_000);
    assertEquals(await retryAfter(10_000), 500);
    await stop(scene);
  }));

Deno.test("a change does not wait for the pause after an unasked exit", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(10);
    scene.supervisor.restart();
    assertEquals(scene.log, ["start 1", "exit 1", "start 2"]);
    await scene.pass(60_000);
    assertEquals(scene.gateways.length, 2);
    await stop(scene);
  }));
