import { assertEquals } from "@std/assert";
import {
  CommandError,
  exitCodeOf,
  messageOf,
  UsageError,
} from "../../lib/errors.ts";

Deno.test("an error that reaches the end of the program has an exit code", () => {
  const errors = [
    new UsageError("x"),
    new CommandError("x", 126),
    new CommandError("x", 127),
    new Error("x"),
    "x",
    undefined,
  ];
  assertEquals(errors.map(exitCodeOf), [2, 126, 127, 1, 1, 1]);
});

Deno.test("whatever was thrown has a message", () => {
  const thrown = [new TypeError("broken"), "text", undefined, 7];
  assertEquals(thrown.map(messageOf), ["broken", "text", "undefined", "7"]);
});
