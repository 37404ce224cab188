import { assertEquals } from "@std/assert";
import { backoffMs } from "../../../lib/supervise/backoff.ts";

Deno.test("backoffMs() doubles from half a second to half a minute", () => {
  assertEquals([1, 2, 3, 4, 5, 6, 7, 8].map(backoffMs), [
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
  assertEquals([50, 2_000, 1e6].map(backoffMs), [30_000, 30_000, 30_000]);
});
