import { assertEquals } from "@std/assert";
import { stop, withSupervisor } from "./scene.ts";

Deno.test("a gateway that shall not be started again ends the supervisor with its exit code, and 0 is no success", async () => {
  for (const [code, expected] of [[0, 1], [7, 7]] as const) {
    await withSupervisor(async ({ supervisor, gateways, pass }) => {
      supervisor.restart();
      gateways[0]?.leave({ code, signal: null });
      await pass(0);
      assertEquals(await supervisor.stopped, expected);
    }, { onExit: "exit" });
  }
});

Deno.test("a gateway that leaves more often than it may ends the supervisor", () =>
  withSupervisor(async ({ supervisor, gateways, pass, log }) => {
    supervisor.restart();
    gateways[0]?.leave({ code: 3, signal: null });
    await pass(500);
    gateways[1]?.leave({ code: 4, signal: null });
    await pass(60_000);
    assertEquals(log, ["start 1", "exit 1", "start 2", "exit 2"]);
    assertEquals(await supervisor.stopped, 4);
  }, { maxRestarts: 1 }));

Deno.test("a gateway that left unasked may have to wait for a change", () =>
  withSupervisor(async (scene) => {
    scene.supervisor.restart();
    scene.gateways[0]?.leave();
    await scene.pass(60_000);
    assertEquals(scene.log, ["start 1", "exit 1"]);
    scene.supervisor.restart();
    assertEquals(scene.log.at(-1), "start 2");
    await stop(scene);
  }, { onExit: "wait" }));
