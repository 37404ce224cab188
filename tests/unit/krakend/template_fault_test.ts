import { assertEquals } from "@std/assert";
import { readTemplateFault } from "../../../lib/krakend/template_fault.ts";

/** What krakend-flexibleconfig 2.3 prints, and what it is about. */
const SAMPLES: readonly [string, string][] = [
  [
    "2026/11/24 09:37:17 Unable to parse configuration file: template: krakend.json:2: function \"nofunc\" not defined\nERROR parsing the configuration file: invalid character '{'",
    'template krakend.json:2:0: function "nofunc" not defined',
  ],
  [
    "2026/11/24 09:37:17 Error parsing sub-templates: template: r.tmpl:1: missing value for if",
    "template r.tmpl:1:0: missing value for if",
  ],
  [
    '2026/11/24 09:37:17 Found error while executing template: template: krakend.json:2:13: executing "krakend.json" at <index .a 1 2>: error calling index: index of untyped nil\nSyntax OK!',
    "template krakend.json:2:14: error calling index: index of untyped nil",
  ],
  [
    "ERROR parsing the configuration file:\tloading flexible-config settings:\n\t- a.json: unexpected end of JSON input",
    "settings a.json:0:0: unexpected end of JSON input",
  ],
];

for (const [output, expected] of SAMPLES) {
  Deno.test(`KrakenD's log is read as: ${expected}`, () => {
    const fault = readTemplateFault(output);
    assertEquals(
      fault &&
        `${fault.kind} ${fault.name}:${fault.line}:${fault.column}: ${fault.message}`,
      expected,
    );
  });
}

Deno.test("what is not about templates is nobody's template fault", () => {
  assertEquals(readTemplateFault("Syntax OK!"), undefined);
  assertEquals(readTemplateFault(""), undefined);
});
