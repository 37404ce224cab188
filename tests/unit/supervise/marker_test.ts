import fc from "fast-check";
import { assertEquals } from "@std/assert";
import type { Decoration } from "../../../lib/decoration.ts";
import { Marker } from "../../../lib/supervise/marker.ts";

/** What becomes of an output that comes in chunks. */
function marked(decoration: Decoration, ...chunks: readonly string[]): string {
  const marker = new Marker(decoration);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const parts = chunks.map((chunk) => marker.mark(encoder.encode(chunk)));
  return [...parts, marker.end()]
    .map((part) => decoder.decode(part, { stream: true })).join("");
}

Deno.test("every line is marked, an empty one too", () => {
  assertEquals(marked("plain", "one\n\ntwo\n"), "[00] one\n[00] \n[00] two\n");
  assertEquals(
    marked("fancy", "one\ntwo\n"),
    "\x1b[01;32m[00] one\x1b[m\n\x1b[01;32m[00] two\x1b[m\n",
  );
});

Deno.test("a last line without its end gets one", () => {
  assertEquals(marked("plain", "one\ntwo"), "[00] one\n[00] two\n");
  assertEquals(marked("plain"), "");
});

Deno.test("a line is given on when it is whole", () => {
  const marker = new Marker("plain");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const encoder = new TextEncoder();
  assertEquals(text(marker.mark(encoder.encode("on"))), "");
  assertEquals(text(marker.mark(encoder.encode("e\ntw"))), "[00] one\n");
  assertEquals(text(marker.end()), "[00] tw\n");
  assertEquals(text(marker.end()), "");
});

Deno.test("a line that is too long to wait for is cut", () => {
  const marker = new Marker("plain");
  const chunk = new Uint8Array(700_000).fill(0x61);
  assertEquals(marker.mark(chunk).length, 0);
  assertEquals(marker.mark(chunk).length, "[00] \n".length + 1_400_000);
});

Deno.test("it does not matter where the chunks are cut", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ unit: fc.constantFrom("a", "ü", "\n", "\r") })),
    (chunks) => {
      const text = chunks.join("");
      assertEquals(marked("plain", ...chunks), marked("plain", text));
      const lines = text.split("\n");
      if (lines.at(-1) === "") lines.pop();
      const expected = lines.map((line) => `[00] ${line}\n`).join("");
      assertEquals(marked("plain", text), expected);
    },
  ));
});
