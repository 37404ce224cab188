import { assertEquals } from "@std/assert";
import { parseFindings } from "../../../lib/krakend/findings.ts";
import { withinAConstant } from "./bounded.ts";

/** Returns the output of krakend 2.13 for findings, such as `- at '/port': got string, want integer`. */
function lint(...lines: string[]): string {
  return [
    "Parsing configuration file: krakend.json",
    "ERROR linting the configuration file:\tjsonschema validation failed with 'file:///etc/krakend/schema.json#'",
    ...lines,
    "",
    "",
  ].join("\n");
}

Deno.test("every finding is one sentence, without the lines that only say that there is more below", () => {
  const output = lint(
    "- at '/port': got string, want integer",
    "- at '/endpoints': validation failed",
    "  - at '/endpoints/0': validation failed",
    "    - at '/endpoints/0/method': value must be one of 'GET', 'POST'",
    "    - at '/endpoints/0/backend': minItems: got 0, want 1",
    "  - at '/endpoints/1': missing property 'backend'",
    "- at '': additional properties 'nope' not allowed",
  );
  assertEquals(parseFindings(output), [
    "at '': additional properties 'nope' not allowed",
    "at '/endpoints/0/backend': minItems: got 0, want 1",
    "at '/endpoints/0/method': value must be one of 'GET', 'POST'",
    "at '/endpoints/1': missing property 'backend'",
    "at '/port': got string, want integer",
  ]);
});

Deno.test("names are written as in the configuration", () => {
  const output = lint(
    "- at '/extra_config/auth~1validator/a~0b/it\\'s': got null, want string",
  );
  assertEquals(parseFindings(output), [
    "at '/extra_config/auth/validator/a~b/it's': got null, want string",
  ]);
});

Deno.test("what can be mended in one of several ways is one finding", () => {
  const output = lint(
    "- at '/tls': validation failed",
    "  - at '/tls': anyOf failed",
    "    - at '/tls': missing property 'keys'",
    "    - at '/tls': got object, want null",
    "- at '/host': oneOf failed, none matched",
    "  - at '/host': got array, want string",
    "  - at '/host': validation failed",
    "    - at '/host/0': got number, want string",
    "- at '/a': oneOf failed, subschemas 0, 1 matched",
  );
  assertEquals(parseFindings(output), [
    "at '/a': oneOf failed, subschemas 0, 1 matched",
    "at '/host': at '/host/0': got number, want string, or got array, want string",
    "at '/tls': got object, want null, or missing property 'keys'",
  ]);
});

Deno.test("the same findings are shown alike, in whichever order krakend prints them", () => {
  const lines = [2, 10, 1].map((i) => `- at '/endpoints/${i}': not failed`);
  const names = ["'b'", "'a, c'"];
  const output = (sort: <T>(list: T[]) => T[]) =>
    lint(
      ...sort(lines),
      `- at '': additional properties ${sort(names).join(", ")} not allowed`,
    );
  const findings = parseFindings(output((it) => it));
  assertEquals(findings, parseFindings(output((it) => it.toReversed())));
  assertEquals(findings, [
    "at '': additional properties 'a, c', 'b' not allowed",
    "at '/endpoints/1': not failed",
    "at '/endpoints/2': not failed",
    "at '/endpoints/10': not failed",
  ]);
});

Deno.test("values are never shown, as they may be secrets", () => {
  const output = lint(
    "- at '/a': 'base64key:s3cr3t' does not match pattern 'base64key://(.*)'",
    "- at '/b': 's3cr3t\\' does not match pattern \\'x' does not match pattern 'y'",
    "- at '/c': 's3cr3t' is not valid uri: parse \"s3cr3t\": invalid",
    "- at '/d': 12345 is not valid date-time: s3cr3t",
    "- at '/e': value is not 'base64' encoded: s3cr3t",
    "- at '/f': 's3cr3t is something new'",
    "- at '/g': value if not of mediatype 'x': s3cr3t",
  );
  const findings = parseFindings(output);
  assertEquals(findings, [
    "at '/a': the value does not match pattern 'base64key://(.*)'",
    "at '/b': the value does not match pattern 'y'",
    "at '/c': the value is not valid as uri",
    "at '/d': the value is not valid as date-time",
    "at '/e': the value is not allowed",
    "at '/f': the value is not allowed",
    "at '/g': the value is not allowed",
  ]);
});

Deno.test("the messages of the validator without a value are shown as they are", () => {
  const messages = [
    "got string, want integer or boolean",
    "value must be 3",
    "value must be one of 'a', 'b'",
    "enum failed",
    "const failed",
    "false schema",
    "missing properties 'a', 'b'",
    "properties 'a' required, if 'b' exists",
    "last 2 additionalItem(s) not allowed",
    "items at 0 and 1 are equal",
    "no items match contains schema",
    "min 2 items required to match contains schema, but none matched",
    "maxItems: got 3, want 2",
    "minLength: got 0, want 1",
    "maxProperties: got 3, want 2",
    "minimum: got 0, want 1",
    "exclusiveMaximum: got 7, want 5",
    "multipleOf: got 7, want 5",
  ];
  for (const message of messages) {
    const found = parseFindings(lint(`- at '/a': ${message}`));
    assertEquals(found, [`at '/a': ${message}`]);
  }
});

Deno.test("a name that is not allowed is shown, and not why", () => {
  const output = lint(
    "- at '/headers': invalid propertyName 'x y'",
    "  - at '/headers': 'x y' does not match pattern '^\\\\S+$'",
  );
  assertEquals(parseFindings(output), [
    "at '/headers': invalid propertyName 'x y'",
  ]);
});

Deno.test("findings without end are cut, and counted", () => {
  const lines = Array.from(
    { length: 25 },
    (_, i) => `- at '/${i}': enum failed`,
  );
  const findings = parseFindings(lint(...lines));
  assertEquals(findings.slice(19), ["at '/19': enum failed", "and 5 more"]);
  const long = parseFindings(
    lint(`- at '': value must be ${"x".repeat(1_000)}`),
  );
  assertEquals(long.map((it) => it.length), [300]);
});

Deno.test("colours are taken away, and control characters are visible", () => {
  const output = lint("- at '/a\u001b[2J': enum failed\u0007")
    .replace(/ERROR.*:\t/, (it) => `\x1b[31;1m${it.trim()}\x1b[0m\t`);
  assertEquals(parseFindings(output), ["at '/a␛[2J': enum failed␇"]);
});

Deno.test("the time to read findings does not grow with their number", () => {
  withinAConstant((size) => {
    const output = lint("- at '/a': 'x' is not valid uri: y\n".repeat(size));
    return () => parseFindings(output);
  });
});

Deno.test("whatever else krakend prints is no finding", () => {
  const others = [
    "",
    "Parsing configuration file: k.json\nSyntax OK!\n",
    "ERROR parsing the configuration file:\t'k.json': invalid host\n",
    "ERROR compiling the schema:\tfailing loading\n- at '/a': not failed\n",
  ];
  for (const output of others) assertEquals(parseFindings(output), []);
});

Deno.test("a lint that fails in silence is no lint that passes", () => {
  assertEquals(parseFindings(lint()), [
    "krakend found something, and did not say what",
  ]);
});
