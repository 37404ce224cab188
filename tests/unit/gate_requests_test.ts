import { assertEquals } from "@std/assert";
import { withGate } from "./gate_scene.ts";

Deno.test("a restart that is asked for is approved although nothing has changed", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.ask("restart");
    await scene.pass(5_000);
    assertEquals(scene.checks, ["0 A", "5000 A"]);
    assertEquals(scene.said, [
      "40 approved A after 40 ms",
      "5040 approved asked A after 40 ms",
    ]);
  }));

Deno.test("a restart that is asked for happens only if the files pass their check", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(1_000);
    scene.write("bad");
    await scene.pass(1_000);
    scene.ask("restart");
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), [
      "1100 rejected bad",
      "2100 rejected bad",
    ]);
  }));

Deno.test("a check that is asked for approves nothing", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.ask("check");
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), ["5040 checked A after 40 ms"]);
  }));

Deno.test("a check that is asked for approves nothing while no gateway serves, either", () =>
  withGate({ checkMs: 40, servesAtOnce: false }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.ask("check");
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), ["5040 checked A after 40 ms"]);
  }));

Deno.test("a check that is asked for tells of a failure every time", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(1_000);
    scene.ask("check");
    await scene.pass(1_000);
    scene.ask("check");
    await scene.pass(1_000);
    assertEquals(scene.said, [
      "100 rejected bad",
      "1100 rejected bad",
      "2100 rejected bad",
    ]);
  }));

Deno.test("a change that comes while a check was asked for is approved as any change", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.ask("check");
    await scene.pass(20);
    scene.write("B");
    await scene.pass(5_000);
    assertEquals(scene.checks, ["0 A", "5000 A", "5020 void A", "5020 B"]);
    assertEquals(scene.said.slice(1), ["5060 approved B after 60 ms"]);
  }));

Deno.test("a request that comes while a change is checked is met with it", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.write("B");
    await scene.pass(20);
    scene.ask("restart");
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), ["5040 approved asked B after 40 ms"]);
  }));

Deno.test("a request before the first look is met by the first start", () =>
  withGate({ checkMs: 40, servesAtOnce: false }, async (scene) => {
    scene.ask("restart");
    await scene.pass(1_000);
    assertEquals(scene.checks, []);
    scene.write("A");
    await scene.pass(5_000);
    assertEquals(scene.said, ["1040 approved asked A after 40 ms"]);
  }));

Deno.test("a check and a restart that are asked for together are one restart", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    for (const request of ["check", "restart", "check", "restart"] as const) {
      scene.ask(request);
    }
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), ["5040 approved asked A after 40 ms"]);
  }));

Deno.test("restarts that are asked for in a burst wait for still files, and become one", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    for (let i = 0; i < 10; i++) {
      scene.ask("restart");
      await scene.pass(10);
    }
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), [
      "5010 approved asked A after 10 ms",
      "5110 approved asked A after 100 ms",
    ]);
  }));

Deno.test("what a request finds that no event told is approved once", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.writeUnseen("B");
    scene.ask("restart");
    await scene.pass(100);
    // The watcher tells of what the look found.
    scene.write("B");
    await scene.pass(5_000);
    assertEquals(scene.said.slice(1), ["5040 approved asked B after 40 ms"]);
  }));

Deno.test("a check that is asked for and passes puts an end to a failure of the same files", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(1_000);
    scene.write("bad");
    await scene.pass(1_000);
    scene.write("A");
    await scene.pass(20);
    scene.ask("check");
    await scene.pass(1_000);
    scene.write("A");
    await scene.pass(1_000);
    assertEquals(scene.said.slice(2), [
      "2000 reverted",
      "2060 checked A after 40 ms",
    ]);
  }));

Deno.test("the gate ends with the stream while something is asked for", () =>
  withGate({ checkMs: 1_000 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.ask("restart");
    await scene.pass(10);
    await scene.end();
    assertEquals(scene.hasEnded, true);
    assertEquals(scene.checks.at(-1), "5010 void A");
  }));
