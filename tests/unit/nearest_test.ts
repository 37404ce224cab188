import { assertEquals } from "@std/assert";
import { findNearest } from "../../lib/nearest.ts";

const WORDS = ["run", "check", "check-plugin", "audit", "shutdown-timeout"];

Deno.test("a misspelt word is taken for the nearest one", () => {
  assertEquals(findNearest("chek", WORDS), "check");
  assertEquals(findNearest("ckeck-plugin", WORDS), "check-plugin");
  assertEquals(findNearest("shutdown-timout", WORDS), "shutdown-timeout");
});

Deno.test("two letters that changed places are one mistake", () => {
  assertEquals(findNearest("rnu", WORDS), "run");
  assertEquals(findNearest("aduit", WORDS), "audit");
});

Deno.test("the only word that begins so is meant, too", () => {
  assertEquals(findNearest("shut", WORDS), "shutdown-timeout");
  assertEquals(findNearest("c", WORDS), undefined);
});

Deno.test("what is near to nothing means nothing", () => {
  for (const written of ["", "fly", "x", "a-long-word-of-another-kind"]) {
    assertEquals(findNearest(written, WORDS), undefined, written);
  }
  assertEquals(findNearest("run", []), undefined);
});
