import { assert, assertEquals } from "@std/assert";
import { nameWidth, table, wrap } from "../../lib/wrap.ts";

Deno.test("wrap() breaks between words and fills the lines", () => {
  assertEquals(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
  assertEquals(wrap("one two", 7), ["one two"]);
  assertEquals(wrap("", 7), []);
});

Deno.test("wrap() leaves a word whole that is longer than a line", () => {
  assertEquals(wrap("a incomprehensible b", 5), [
    "a",
    "incomprehensible",
    "b",
  ]);
});

Deno.test("a table has one column for names and wraps the rest beside it", () => {
  assertEquals(
    table([["-a", "one two three"], ["--long", "four", "five"]], 20, 6),
    [
      "  -a      one two",
      "          three",
      "  --long  four",
      "          five",
    ].join("\n"),
  );
});

Deno.test("a name that is too long for its column stands above", () => {
  const rows = [["-a", "one"], ["--much-too-long", "two"]] as const;
  assertEquals(
    table(rows, 20, 2),
    ["  -a  one", "  --much-too-long", "      two"].join("\n"),
  );
});

Deno.test("the column for names is as wide as the longest one that leaves room beside it", () => {
  const rows = [["-a", "one"], ["--long", "two"], [
    "x".repeat(33),
    "",
  ]] as const;
  assertEquals(nameWidth(rows, 80), 6);
  assertEquals(nameWidth(rows, 100), 33);
  assertEquals(nameWidth(rows, 59), 0);
});

Deno.test("no line of a table is longer than it may be", () => {
  const text = "some words and some more words that go on and on";
  for (const width of [40, 60, 80, 100]) {
    const lines = table([["--name", text], ["--other-name", text]], width)
      .split("\n");
    assert(lines.every((line) => line.length <= width), `${width}`);
  }
});
