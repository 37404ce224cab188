import { assertEquals } from "@std/assert";
import { KEYS_TEXT, meaningsOf } from "../../../lib/terminal/keys.ts";

Deno.test("every key of the help has a meaning", () => {
  const keys = KEYS_TEXT.split("\n").map((line) => line[0] ?? "");
  assertEquals(keys.flatMap(meaningsOf), ["restart", "check", "quit", "help"]);
});

Deno.test("keys that are pressed fast are several, and capital letters are keys too", () => {
  assertEquals(meaningsOf("cR?"), ["check", "restart", "help"]);
});

Deno.test("text that was pasted, answers of the terminal and other keys mean nothing", () => {
  for (const text of ["curl -q", "\x1b[?1;2c", "\x1b[A", "\r", " ", "x", ""]) {
    assertEquals(meaningsOf(text), [], JSON.stringify(text));
  }
});
