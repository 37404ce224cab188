import { assertEquals } from "@std/assert";
import { parseFindings } from "../../../lib/krakend/lint.ts";

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

Deno.test("every finding is one sentence, in order, without the lines that only say that there is more below", () => {
  const output = lint(
    "- at '/port': got string, want integer",
    "- at '/endpoints': validation failed",
    "  - at '/endpoints/10': validation failed",
    "    - at '/endpoints/10/method': value must be one of 'GET', 'POST'",
    "    - at '/endpoints/10/backend': minItems: got 0, want 1",
    "  - at '/endpoints/9': missing property 'backend'",
    "- at '/port': got string, want integer",
    "- at '/extra_config/auth~1validator/a~0b/it\\'s': got null, want string",
  );
  assertEquals(parseFindings(output), [
    "at '/endpoints/10/backend': minItems: got 0, want 1",
    "at '/endpoints/10/method': value must be one of 'GET', 'POST'",
    "at '/endpoints/9': missing property 'backend'",
    "at '/extra_config/auth/validator/a~b/it's': got null, want string",
    "at '/port': got string, want integer",
  ]);
});

Deno.test("names that are not allowed are shown alike, in whichever order krakend prints them", () => {
  for (const names of ["'b', 'a'", "'a', 'b'"]) {
    const output = lint(`- at '': additional properties ${names} not allowed`);
    assertEquals(parseFindings(output), [
      "at '': additional properties 'a', 'b' not allowed",
    ]);
  }
});

/** Messages of the validator, and how they are shown; the same if absent. */
// deno-fmt-ignore
const MESSAGES: readonly (readonly [message: string, shown?: string])[] = [
  ["'base64key:s3cr3t' does not match pattern 'base64key://(.*)'", "the value does not match pattern 'base64key://(.*)'"],
  ["'s3cr3t\\' does not match pattern \\'x' does not match pattern 'y'", "the value does not match pattern 'y'"],
  ["'s3cr3t' is not valid uri: parse \"s3cr3t\": invalid", "the value is not valid as uri"],
  ["12345 is not valid date-time: s3cr3t", "the value is not valid as date-time"],
  ["value is not 'base64' encoded: s3cr3t", "the value is not allowed"],
  ["'s3cr3t is something new'", "the value is not allowed"],
  ["value if not of mediatype 'x': s3cr3t", "the value is not allowed"],
  ["got string, want integer or boolean"],
  ["value must be one of 'a', 'b'"],
  ["enum failed"],
  ["false schema"],
  ["missing properties 'a', 'b'"],
  ["properties 'a' required, if 'b' exists"],
  ["invalid propertyName 'x y'"],
  ["last 2 additionalItem(s) not allowed"],
  ["items at 0 and 1 are equal"],
  ["no items match contains schema"],
  ["min 2 items required to match contains schema, but none matched"],
  ["maxItems: got 3, want 2"],
  ["exclusiveMaximum: got 7, want 5"],
  ["multipleOf: got 7, want 5"],
];

Deno.test("the messages of the validator are shown, and values never, as they may be secrets", () => {
  for (const [message, shown = message] of MESSAGES) {
    const found = parseFindings(lint(`- at '/a': ${message}`));
    assertEquals(found, [`at '/a': ${shown}`]);
  }
});

Deno.test("findings without end are cut, and counted", () => {
  const lines = Array.from(
    { length: 25 },
    (_, i) => `- at '/${i + 10}': enum failed`,
  );
  const findings = parseFindings(lint(...lines));
  assertEquals(findings.slice(19), ["at '/29': enum failed", "and 5 more"]);
  const long = lint(`- at '': value must be ${"x".repeat(1_000)}`);
  assertEquals(parseFindings(long).map((it) => it.length), [300]);
});

Deno.test("colours are taken away, and control characters are visible", () => {
  const output = lint("- at '/a\u001b[2J': enum failed\u0007")
    .replace(/ERROR.*:\t/, (it) => `\x1b[31;1m${it.trim()}\x1b[0m\t`);
  assertEquals(parseFindings(output), ["at '/a␛[2J': enum failed␇"]);
});

Deno.test("whatever else krakend prints is no finding, but a lint that fails in silence is no lint that passes", () => {
  const others = [
    "Parsing configuration file: k.json\nSyntax OK!\n",
    "ERROR parsing the configuration file:\t'k.json': invalid host\n",
    "ERROR compiling the schema:\tfailing loading\n- at '/a': not failed\n",
  ];
  for (const output of others) assertEquals(parseFindings(output), []);
  assertEquals(parseFindings(lint()), [
    "krakend found something, and did not say what",
  ]);
});
