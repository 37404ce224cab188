import { assertEquals } from "@std/assert";
import { stop, withSupervisor } from "./scene.ts";

Deno.test("a gateway that leaves before it serves gives way to the kept configuration at once", () =>
  withSupervisor(async (scene) => {
    const { supervisor, gateways, log, facts, kept, serve, pass } = scene;
    kept.isThere = true;
    supervisor.restart();
    const [broken] = gateways;
    if (broken) broken.lastLines = ["bind: address already in use"];
    broken?.leave({ code: 0, signal: null });
    await pass(0);
    assertEquals(log, ["start 1", "exit 1", "start 2 from kept"]);
    assertEquals(facts.find(({ kind }) => kind === "restoring"), {
      kind: "restoring",
      end: { code: 0, signal: null },
      lastLines: ["bind: address already in use"],
      isOutdated: false,
    });
    await serve();
    assertEquals(supervisor.isServing, true);
    await stop(scene);
  }));

Deno.test("a gateway that keeps silent is told to leave, and the kept configuration comes back", () =>
  withSupervisor(async (scene) => {
    const { supervisor, gateways, log, facts, kept, keepSilent, pass } = scene;
    kept.isThere = true;
    supervisor.restart();
    keepSilent();
    assertEquals(log, ["start 1", "TERM 1"]);
    gateways[0]?.leave();
    await pass(0);
    assertEquals(log.at(-1), "start 2 from kept");
    assertEquals(
      facts.map(({ kind }) => kind).slice(0, 4),
      ["started", "silent", "restoring", "terminating"],
    );
    await stop(scene);
  }));

Deno.test("without a kept configuration, a gateway that keeps silent is only reported", () =>
  withSupervisor(async (scene) => {
    const { supervisor, log, facts, keepSilent, pass } = scene;
    supervisor.restart();
    keepSilent();
    await pass(60_000);
    assertEquals(log, ["start 1"]);
    assertEquals(facts.at(-1), { kind: "silent" });
    await stop(scene);
  }));

Deno.test("a kept configuration that fails too is tried again, and the newest one only after a change", () =>
  withSupervisor(async (scene) => {
    const { supervisor, gateways, log, kept, pass } = scene;
    kept.isThere = true;
    supervisor.restart();
    gateways[0]?.leave();
    await pass(0);
    gateways[1]?.leave();
    await pass(500);
    assertEquals(log.at(-1), "start 3 from kept");
    supervisor.restart();
    gateways[2]?.leave();
    await pass(0);
    assertEquals(log.at(-1), "start 4");
    await stop(scene);
  }));
