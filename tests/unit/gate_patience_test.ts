import { assertEquals } from "@std/assert";
import { withGate } from "./gate_scene.ts";

Deno.test("a change within a second of another one waits until the files are still", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(500);
    scene.write("B");
    await scene.pass(90);
    scene.write("C");
    await scene.pass(99);
    assertEquals(scene.said, ["10 approved A after 10 ms"]);
    await scene.pass(1);
    assertEquals(scene.said.slice(1), ["690 approved C after 190 ms"]);
  }));

Deno.test("a change a second after another one does not wait", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(1_010);
    scene.write("B");
    await scene.pass(10);
    assertEquals(scene.said.at(-1), "1020 approved B after 10 ms");
  }));

Deno.test("files that are written all the time put an approval off by two seconds at most", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("A");
    await scene.pass(500);
    for (let i = 0; scene.now <= 2_510; i++) {
      scene.write(`B${i}`);
      await scene.pass(50);
    }
    // The burst began at 500, so patience ends at 2500.
    assertEquals(scene.said.map((line) => line.replace(/ B\d+/, " B")), [
      "10 approved A after 10 ms",
      "2510 approved B after 2010 ms",
    ]);
  }));

Deno.test("where a check does not notice cut files, an approval waits for still ones", () =>
  withGate(
    { checkMs: 10, settleMs: 100, noticesTruncation: false },
    async (scene) => {
      scene.write("first half");
      await scene.pass(90);
      scene.write("first half and second");
      await scene.pass(99);
      assertEquals(scene.said, []);
      await scene.pass(1);
      assertEquals(scene.said, [
        "190 approved first half and second after 190 ms",
      ]);
    },
  ));

Deno.test("where a check does not notice cut files, even two seconds of writes are no reason to approve them", () =>
  withGate({ checkMs: 10, noticesTruncation: false }, async (scene) => {
    for (let i = 0; i < 60; i++) {
      scene.write(`part ${i}`);
      await scene.pass(50);
    }
    assertEquals(scene.said, []);
  }));

Deno.test("a change before the gateway serves makes even the old content be approved again", () =>
  withGate(
    { checkMs: 10, settleMs: 100, servesAtOnce: false },
    async (scene) => {
      scene.write("A");
      await scene.pass(20);
      // The gateway that boots now may read either.
      scene.write("B");
      await scene.pass(5);
      scene.write("A");
      await scene.pass(500);
      assertEquals(scene.said, [
        "10 approved A after 10 ms",
        "125 approved A after 105 ms",
      ]);
    },
  ));

Deno.test("what a gateway that is gone ran with is approved again", () =>
  withGate({ checkMs: 10 }, async (scene) => {
    scene.write("A");
    await scene.pass(5_000);
    scene.isServing = false;
    scene.write("A");
    await scene.pass(5_000);
    assertEquals(scene.said, [
      "10 approved A after 10 ms",
      "5010 approved A after 10 ms",
    ]);
  }));

Deno.test("a look that finds another state voids an approval", () =>
  withGate({ checkMs: 10 }, async (scene) => {
    scene.write("A");
    await scene.pass(5);
    scene.writeUnseen("B");
    await scene.pass(1_000);
    assertEquals(scene.said, []);
    // The watcher passes on what a look found.
    scene.write("B");
    await scene.pass(1_000);
    assertEquals(scene.said, ["1015 approved B after 1015 ms"]);
  }));

Deno.test("a look that finds another state voids a failure", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(50);
    scene.writeUnseen("A");
    await scene.pass(1_000);
    assertEquals(scene.said, []);
  }));

Deno.test("the gate ends with the stream, and aborts the check that runs", () =>
  withGate({ checkMs: 1_000 }, async (scene) => {
    scene.write("A");
    await scene.pass(10);
    await scene.end();
    assertEquals(scene.hasEnded, true);
    assertEquals(scene.checks, ["0 A", "10 void A"]);
    assertEquals(scene.said, []);
  }));

Deno.test("the gate says nothing more when the stream ends in the settle time", () =>
  withGate({ checkMs: 10, settleMs: 100 }, async (scene) => {
    scene.write("bad");
    await scene.pass(50);
    await scene.end();
    assertEquals(scene.hasEnded, true);
    assertEquals(scene.said, []);
  }));

Deno.test("the gate throws what the stream throws", () =>
  withGate({}, async (scene) => {
    const error = new Error("the watch is broken");
    scene.write("A");
    await scene.pass(10);
    await scene.end(error);
    assertEquals(scene.fault, error);
    assertEquals(scene.hasEnded, true);
  }));
