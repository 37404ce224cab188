import { assertEquals } from "@std/assert";
import { Circle, MANY_RUNS } from "../../../lib/programs/circle.ts";

/** At which of many runs of 10 ms a circle is noticed, if they follow one another after some pause. */
function noticed(
  pauseMs: number,
  pathsOf: (run: number) => readonly string[],
): number[] {
  const circle = new Circle(100);
  const found: number[] = [];
  for (let run = 1; run <= 3 * MANY_RUNS; run++) {
    const startedAt = run * (pauseMs + 10);
    const times = { startedAt, endedAt: startedAt + 10 };
    if (circle.add(pathsOf(run), times)) found.push(run);
  }
  return found;
}

Deno.test("runs for the same files that follow one another at once are a circle, noticed once", () => {
  assertEquals(noticed(110, () => ["a", "b"]), [MANY_RUNS]);
});

Deno.test("runs with pauses between them are none", () => {
  assertEquals(noticed(1_000, () => ["a"]), []);
});

Deno.test("runs for other files each time are none", () => {
  assertEquals(noticed(110, (run) => [`${run}`]), []);
  assertEquals(noticed(110, (run) => [run % 5 === 0 ? "a" : "b"]), []);
});
