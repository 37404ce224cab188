import { assertEquals } from "@std/assert";
import { backoffMs } from "../../../lib/supervise/backoff.ts";

Deno.test("backoffMs() doubles from half a second to half a minute", () => {
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map((it) => backoffMs(it, 0)), [
    500,
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    30_000,
    30_000,
  ]);
});

Deno.test("backoffMs() stays at half a minute for a gateway that never recovers", () => {
  assertEquals([50, 2_000, 1e6].map((it) => backoffMs(it, 0)), [
    30_000,
    30_000,
    30_000,
  ]);
});

Deno.test("backoffMs() grows by up to a fifth at random, so that replicas do not come back together", () => {
  assertEquals([0, 0.5, 1].map((random) => backoffMs(1, random)), [
    500,
    550,
    600,
  ]);
});
