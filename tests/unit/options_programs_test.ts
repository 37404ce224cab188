import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseOptions } from "../../lib/options.ts";

/** The options for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}) {
  return parseOptions(line.split(" ").filter(Boolean), env);
}

/** What the user is told about a line. */
function complaint(line: string): string {
  return assertThrows(() => parse(line), UsageError).message;
}

Deno.test("reflex's options for commands are known, short and long", () => {
  const short = parse("-sd fancy -e @ -- cc @");
  assertEquals(short.startService, true);
  assertEquals(short.decoration, "fancy");
  assertEquals(short.substitute, "@");
  assertEquals(short.command, ["cc", "@"]);
  const long = parse(
    "--start-service=true --decoration=plain --substitute @ --sequential make",
  );
  assertEquals(long.startService, true);
  assertEquals(long.decoration, "plain");
  assertEquals(long.substitute, "@");
  assertEquals(long.command, ["make"]);
});

Deno.test("-e without a symbol means --sequential, as in reflex", () => {
  for (const line of ["-e -- make", "-e -r a -- make", "-er a make"]) {
    const { command, substitute } = parse(line);
    assertEquals(command, ["make"], line);
    assertEquals(substitute, "{}", line);
  }
});

Deno.test("-e takes a symbol wherever it stands", () => {
  for (const line of ["-e @ -r a cc @", "-r a -e @ cc @", "-ve @ -- cc @"]) {
    const { command, substitute } = parse(line);
    assertEquals(command, ["cc", "@"], line);
    assertEquals(substitute, "@", line);
  }
});

Deno.test("other programs are welcome after --, and with options that are about such", () => {
  const welcomes = (line: string) => parse(line).welcomesPrograms;
  const lines = ["-- make", "-g *.c make", "-s make", "--watch src make"];
  assertEquals(lines.map(welcomes), [true, true, true, true]);
  assertEquals(["make", "-v make", "-t 1s make"].map(welcomes), [
    false,
    false,
    false,
  ]);
  const { welcomesPrograms } = parse("make", { KRAKEND_WATCH_WATCH: "src" });
  assertEquals(welcomesPrograms, true);
});

Deno.test("--only-files holds without a pattern, too", () => {
  const { only, patterns } = parse("--only-files -- make");
  assertEquals(only, "files");
  assertEquals(patterns, undefined);
});

Deno.test("reflex's file of commands is refused by name", () => {
  for (
    const line of ["-c reflex.conf", "-c -", "--config=reflex.conf", "-sc x"]
  ) {
    const message = complaint(line);
    assertStringIncludes(message, "no file of commands as reflex has one");
    assertStringIncludes(message, line.startsWith("--") ? "--config" : "-c");
  }
});

Deno.test("a decoration that reflex does not know is refused with those that it does", () => {
  assertEquals(
    complaint("-d loud -- make"),
    'Option "--decoration": got "loud", write none, plain or fancy',
  );
});

Deno.test("a command that -e took for its symbol is missed", () => {
  assertEquals(
    complaint("-r a -e make"),
    'Option "-e": no command follows "make", which is taken for the symbol; write -e -- make',
  );
});
