import { assertEquals } from "@std/assert";
import { stop, withSupervisor } from "./scene.ts";

Deno.test("quit asks the gateway to leave and waits for it", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.quit();
    await scene.pass(4_000);
    assertEquals(scene.log, ["start 1", "TERM 1"]);
    assertEquals(scene.isStopped(), false);
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
  }));

Deno.test("quit told twice kills at once", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.quit();
    scene.supervisor.quit();
    assertEquals(scene.log, ["start 1", "TERM 1", "KILL 1"]);
    assertEquals(scene.isStopped(), false);
    scene.gateways[0]?.leave({ code: 137, signal: "SIGKILL" });
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
  }));

Deno.test("quit turns a restart that is under way into an end", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.restart();
    scene.supervisor.quit();
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(scene.log, ["start 1", "TERM 1", "exit 1"]);
    assertEquals(scene.isStopped(), true);
  }));

Deno.test("quit does not wait for the pause after an unasked exit", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(10);
    scene.supervisor.quit();
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
    await scene.pass(60_000);
    assertEquals(scene.log, ["start 1", "exit 1"]);
  }));

Deno.test("nothing that comes after quit starts a gateway", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await stop(scene);
    const log = [...scene.log];
    scene.supervisor.restart();
    scene.supervisor.quit();
    await scene.pass(60_000);
    assertEquals(scene.log, log);
  }));

Deno.test("a quit right after a start that failed ends at once", () =>
  withSupervisor(async (scene) => {
    scene.faults.push(new Error("text file busy"));
    scene.supervisor.restart();
    scene.supervisor.quit();
    await scene.pass(0);
    assertEquals(scene.isStopped(), true);
    assertEquals(scene.log, ["start 1"]);
  }));

Deno.test("a start that failed leaves nothing that could be told to leave", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(0);
    scene.faults.push(new Error("text file busy"));
    scene.supervisor.restart();
    scene.supervisor.quit();
    scene.supervisor.quit();
    await scene.pass(0);
    assertEquals(scene.log, ["start 1", "exit 1", "start 2"]);
    assertEquals(scene.isStopped(), true);
  }));

Deno.test("a start that fails is reported with its error and tried again", () =>
  withSupervisor(async (scene) => {
    const error = new Error("text file busy");
    scene.faults.push(error, error);
    scene.supervisor.restart();
    await scene.pass(0);
    assertEquals(scene.facts, [{
      kind: "start failed",
      error,
      sequel: "restart",
      retryMs: 500,
    }]);
    await scene.pass(500);
    assertEquals(scene.facts.at(-1), {
      kind: "start failed",
      error,
      sequel: "restart",
      retryMs: 1_000,
    });
    await scene.pass(1_000);
    assertEquals(scene.gateways.length, 1);
    await scene.serve();
    assertEquals(scene.supervisor.isServing, true);
    await stop(scene);
  }));

Deno.test("an exit is reported once, and one that was asked for never", () =>
  withSupervisor(async (scene) => {
    const exits = () => scene.facts.filter(({ kind }) => kind === "exited");
    scene.supervisor.restart();
    await scene.serve();
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(0);
    assertEquals(exits(), []);
    const exit = { code: 1, signal: null };
    scene.gateways[1]?.leave(exit);
    await scene.pass(0);
    assertEquals(exits(), [
      {
        kind: "exited",
        exit,
        sequel: "restart",
        retryMs: 500,
        lastLines: [],
        isOutdated: false,
      },
    ]);
    await stop(scene);
    assertEquals(exits().length, 1);
  }));

Deno.test("a gateway that was told to leave is no longer reported as ready", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.supervisor.restart();
    await scene.serve();
    assertEquals(scene.facts.map(({ kind }) => kind), [
      "started",
      "terminating",
    ]);
    await stop(scene);
  }));

Deno.test("a gateway that left before it served is no longer waited for", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    const serveFirst = scene.serve;
    scene.gateways[0]?.leave({ code: 255, signal: null });
    await scene.pass(0);
    await serveFirst();
    assertEquals(scene.supervisor.isServing, false);
    assertEquals(scene.facts.map(({ kind }) => kind), ["started", "exited"]);
    await stop(scene);
  }));

Deno.test("the silence of a gateway that left unasked counts from its exit to the next answer", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    await scene.serve();
    await scene.pass(1_000);
    scene.gateways[0]?.leave();
    await scene.pass(500 + 60);
    await scene.serve();
    assertEquals(scene.facts.at(-1), {
      kind: "ready",
      pid: 2,
      version: "newest",
      bootMs: 60,
      gapMs: 560,
    });
    await stop(scene);
  }));

Deno.test("a gateway that was starting when the files changed has not failed, and starts when they are fine again", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.files.isOutdated = true;
    scene.gateways[0]?.leave({ code: 255, signal: null });
    await scene.pass(0);
    const exits = scene.facts.filter((fact) => fact.kind === "exited");
    assertEquals(exits.map(({ isOutdated }) => isOutdated), [true]);
    scene.supervisor.restart();
    assertEquals(scene.log.at(-1), "start 2");
    scene.supervisor.quit();
    scene.gateways[1]?.leave();
    await scene.pass(0);
  }));
