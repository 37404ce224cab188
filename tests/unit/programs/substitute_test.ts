import { assertEquals } from "@std/assert";
import { hasSymbol, substitute } from "../../../lib/programs/substitute.ts";

Deno.test("the symbol is found in any word, and in a part of one", () => {
  assertEquals(hasSymbol(["echo", "{}"], "{}"), true);
  assertEquals(hasSymbol(["sh", "-c", "sass {} out.css"], "{}"), true);
  assertEquals(hasSymbol(["./{}"], "{}"), true);
  assertEquals(hasSymbol(["echo", "{", "}"], "{}"), false);
  assertEquals(hasSymbol(["echo", "{}"], "@"), false);
  assertEquals(hasSymbol([], "{}"), false);
});

Deno.test("every instance of the symbol becomes the path", () => {
  const command = ["sh", "-c", "sass {} `basename {} .scss`.css", "{}"];
  assertEquals(substitute(command, { symbol: "{}", path: "a/b.scss" }), [
    "sh",
    "-c",
    "sass a/b.scss `basename a/b.scss .scss`.css",
    "a/b.scss",
  ]);
});

Deno.test("a path that looks like a pattern, or holds the symbol, is taken as it is", () => {
  for (const path of ["$&", "$1", "{}", "a b", "-n"]) {
    assertEquals(substitute(["echo", "<{}>"], { symbol: "{}", path }), [
      "echo",
      `<${path}>`,
    ]);
  }
});
