import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatDuration, parseDuration } from "../../lib/duration.ts";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

Deno.test("parseDuration() takes a bare number as milliseconds, and adds up parts with units", () => {
  const rows = {
    "250": 250,
    "0": 0,
    "1.5": 2,
    "2.01s": 2_010,
    "16.1s": 16_100,
    "1ms": 1,
    "1.5s": 1_500,
    "2m": 120_000,
    "1m30s": 90_000,
    "1h0.5m": 3_630_000,
    "596h": 596 * UNITS.h,
  };
  for (const [text, ms] of Object.entries(rows)) {
    assertEquals(parseDuration(text), ms, text);
  }
});

Deno.test("parseDuration() names the text that it cannot read, and what it accepts", () => {
  const texts = ["", "5x", "-1s", "1 s", "s", "1m30", ".5s", "1e3", "\u221e"];
  for (const text of texts) {
    const error = assertThrows(() => parseDuration(text), SyntaxError);
    assertEquals(
      error.message,
      `Cannot parse "${text}" as a duration: write numbers with ms, s, m or h, such as 250ms or 1m30s`,
    );
  }
});

Deno.test("parseDuration() refuses a time for which no timer can wait", () => {
  for (const text of ["597h", "9999999999", "596h60m"]) {
    assertThrows(() => parseDuration(text), SyntaxError, `"${text}"`);
  }
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

Deno.test("formatDuration() rounds to the unit that people use, and never writes 1000 ms or 60.0 s", () => {
  assertEquals(
    [61.7, 999.4, 999.5, 1_449, 59_949, 59_950, 180_000].map(formatDuration),
    ["62 ms", "999 ms", "1.0 s", "1.4 s", "59.9 s", "1 min", "3 min"],
  );
});

Deno.test("formatDuration() writes about the time that it is given", () => {
  const anyDuration = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  fc.assert(fc.property(anyDuration, (duration) => {
    const text = formatDuration(duration).replace(" min", "m").replace(" ", "");
    const error = Math.abs(parseDuration(text) - duration);
    assert(error <= Math.max(0.5, duration / 2), `${duration} ms: ${text}`);
  }));
});
