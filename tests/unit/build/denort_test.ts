import { assertEquals } from "@std/assert";
import { reasonOf } from "../../../scripts/build/denort.ts";

Deno.test("of what deno compile says, the reason is the first cause", () => {
  const stderr = `Compile krakend-watch.js to out
error: Writing deno compile executable to temporary file 'out.tmp'

Caused by:
    0: Setting up base binary.
    1: error sending request for url: dns error
    2: client error (Connect)

Stack backtrace:
   0: <unknown>
`;
  assertEquals(reasonOf(stderr), "error sending request for url: dns error");
});

Deno.test("where deno compile names no cause, its error is the reason", () => {
  assertEquals(
    reasonOf("Compile a\nerror: Could not find denort executable 'x'\n"),
    "Could not find denort executable 'x'",
  );
  assertEquals(reasonOf(""), "it failed without a word");
});
