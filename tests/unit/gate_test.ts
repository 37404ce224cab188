import { assertEquals } from "@std/assert";
import { withGate } from "./gate_scene.ts";

Deno.test("a check starts at the first sign of a change", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    await scene.pass(1_000);
    scene.write("A");
    await scene.pass(0);
    assertEquals(scene.checks, ["1000 A"]);
    await scene.pass(40);
    assertEquals(scene.said, ["1040 approved A after 40 ms"]);
  }));

Deno.test("the first state of the files is checked like any change", () =>
  withGate({}, async (scene) => {
    scene.write("bad");
    await scene.pass(100);
    assertEquals(scene.said, ["100 rejected bad"]);
  }));

Deno.test("a check is void, and repeated, if the files move on", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(30);
    scene.write("B");
    await scene.pass(200);
    assertEquals(scene.checks, ["0 A", "30 void A", "30 B"]);
    assertEquals(scene.said, ["70 approved B after 70 ms"]);
  }));

Deno.test("a failure is reported once, and only after the settle time", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(99);
    assertEquals(scene.said, []);
    await scene.pass(1);
    assertEquals(scene.said, ["100 rejected bad"]);
    scene.write("bad");
    await scene.pass(5_000);
    assertEquals(scene.said.length, 1);
    assertEquals(scene.checks, ["0 bad"]);
  }));

Deno.test("a check that takes longer than the settle time is believed at its end", () =>
  withGate({ checkMs: 300, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(299);
    assertEquals(scene.said, []);
    await scene.pass(2);
    assertEquals(scene.said.length, 1);
  }));

Deno.test("each write puts the report of a failure off", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    for (let i = 0; i < 50; i++) {
      scene.write(`bad ${i}`);
      await scene.pass(99);
    }
    assertEquals(scene.said, []);
    await scene.pass(1);
    assertEquals(scene.said, ["4951 rejected bad 49"]);
  }));

Deno.test("a half-written file between two good ones is neither reported nor approved", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.write("bad half of B");
    await scene.pass(90);
    scene.write("B");
    await scene.pass(5_000);
    assertEquals(scene.said, [
      "10 approved A after 10 ms",
      "5100 approved B after 100 ms",
    ]);
  }));

Deno.test("the content that the gateway runs with starts no check", () =>
  withGate({}, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.write("A");
    await scene.pass(5_000);
    assertEquals(scene.checks, ["0 A"]);
    assertEquals(scene.said.length, 1);
  }));

Deno.test("a change that is taken back at once is nothing", () =>
  withGate({ checkMs: 40 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.write("B");
    await scene.pass(20);
    scene.write("A");
    await scene.pass(5_000);
    assertEquals(scene.said, ["40 approved A after 40 ms"]);
    assertEquals(scene.checks, ["0 A", "5000 B", "5020 void B"]);
  }));

Deno.test("files that are again as the gateway knows them are reported after a failure, once", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(1_000);
    scene.write("bad");
    await scene.pass(1_000);
    scene.write("A");
    await scene.pass(1_000);
    scene.write("A");
    await scene.pass(1_000);
    assertEquals(scene.said, [
      "40 approved A after 40 ms",
      "1100 rejected bad",
      "2000 reverted",
    ]);
  }));

Deno.test("a failure that comes back after it was mended is reported again", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    for (const content of ["A", "bad", "B", "bad"]) {
      scene.write(content);
      await scene.pass(3_000);
    }
    assertEquals(scene.said, [
      "40 approved A after 40 ms",
      "3100 rejected bad",
      "6040 approved B after 40 ms",
      "9100 rejected bad",
    ]);
  }));

Deno.test("another failure is reported as well", () =>
  withGate({ settleMs: 100 }, async (scene) => {
    scene.write("bad 1");
    await scene.pass(1_000);
    scene.write("bad 2");
    await scene.pass(1_000);
    assertEquals(scene.said, ["100 rejected bad 1", "1100 rejected bad 2"]);
  }));

Deno.test("the time of a change counts from its first sign to its approval", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("bad half of A");
    await scene.pass(70);
    scene.write("A");
    await scene.pass(1_000);
    assertEquals(scene.said, ["110 approved A after 110 ms"]);
  }));

Deno.test("the time that a failure stood is not counted for what mends it", () =>
  withGate({ checkMs: 40, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(7_000);
    scene.write("A");
    await scene.pass(1_000);
    assertEquals(scene.said.at(-1), "7040 approved A after 40 ms");
  }));
