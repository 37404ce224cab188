import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatDuration, parseDuration } from "../../lib/duration.ts";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

Deno.test("parseDuration() takes a bare number as milliseconds", () => {
  assertEquals(["250", "0", "1.5"].map(parseDuration), [250, 0, 1.5]);
});

Deno.test("parseDuration() knows ms, s, m and h", () => {
  assertEquals(["1ms", "1.5s", "2m", "1h"].map(parseDuration), [
    1,
    1_500,
    120_000,
    3_600_000,
  ]);
});

Deno.test("parseDuration() adds up parts", () => {
  assertEquals(["1m30s", "1h0.5m", "1s1ms"].map(parseDuration), [
    90_000,
    3_630_000,
    1_001,
  ]);
});

Deno.test("parseDuration() names what it could not read and what it accepts", () => {
  for (
    const text of ["", "5x", "-1s", "1 s", "s", "1m30", ".5s", "1e3", "\u221e"]
  ) {
    const error = assertThrows(() => parseDuration(text), SyntaxError);
    assertEquals(
      error.message,
      `Cannot parse "${text}" as a duration: write numbers with ms, s, m or h, such as 250ms or 1m30s`,
    );
  }
});

Deno.test("parseDuration() refuses what no timer can wait for", () => {
  assertEquals(parseDuration("596h"), 596 * UNITS.h);
  for (const text of ["597h", "9999999999", "596h60m"]) {
    assertThrows(() => parseDuration(text), SyntaxError, `"${text}"`);
  }
});

Deno.test("parseDuration() never gives what a timer would misunderstand", () => {
  const digits = fc.constantFrom("0", "1", "59", "999999", "1.5", "00.1");
  const units = fc.constantFrom("ms", "s", "m", "h", "", "x", " ");
  const parts = fc.array(fc.tuple(digits, units), { maxLength: 4 });
  fc.assert(fc.property(parts, (parts) => {
    const text = parts.flat().join("");
    try {
      const duration = parseDuration(text);
      assert(duration >= 0 && duration < 2 ** 31, `${text}: ${duration}`);
    } catch (error) {
      assert(error instanceof SyntaxError, String(error));
    }
  }));
});

Deno.test("parseDuration() reads back what people write, whatever the parts", () => {
  const part = fc.record({
    amount: fc.integer({ min: 0, max: 500 }),
    unit: fc.constantFrom("ms", "s", "m"),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const text = parts.map(({ amount, unit }) => amount + unit).join("");
      const total = parts.reduce(
        (sum, { amount, unit }) =>
          sum + amount * UNITS[unit as keyof typeof UNITS],
        0,
      );
      assertEquals(parseDuration(text), total);
    }),
  );
});

Deno.test("formatDuration() rounds to what a person would say", () => {
  assertEquals([61.7, 1_449, 180_000].map(formatDuration), [
    "62 ms",
    "1.4 s",
    "3 min",
  ]);
});

Deno.test("formatDuration() never says 1000 ms or 60.0 s", () => {
  assertEquals([999.4, 999.5, 59_949, 59_950].map(formatDuration), [
    "999 ms",
    "1.0 s",
    "59.9 s",
    "1 min",
  ]);
});

Deno.test("formatDuration() stays close to what it was given", () => {
  const anyDuration = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  fc.assert(fc.property(anyDuration, (duration) => {
    const said = formatDuration(duration).replace(" min", "m").replace(" ", "");
    const error = Math.abs(parseDuration(said) - duration);
    assert(error <= Math.max(0.5, duration / 2), `${duration} ms: ${said}`);
  }));
});
