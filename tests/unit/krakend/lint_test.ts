import { assertEquals } from "@std/assert";
import { readFindings } from "../../../lib/krakend/lint.ts";

Deno.test("the findings of the schema are told one by one, without the schema's name and without passwords", () => {
  const output = [
    "Parsing configuration file: krakend.json",
    "ERROR linting the configuration file:\tjsonschema validation failed with 'file:///schema.json#'",
    "- at '': additional properties 'nope' not allowed",
    "- at '/endpoints/0/backend/0/host/0': 'ftp://me:pw@h' does not match pattern",
    "",
  ].join("\n");
  assertEquals(readFindings(output), [
    "at '': additional properties 'nope' not allowed",
    "at '/endpoints/0/backend/0/host/0': 'ftp://***@h' does not match pattern",
  ]);
});

Deno.test("a lint that fails in silence is told from one that passes", () => {
  assertEquals(readFindings(""), [
    "krakend found something and did not say what",
  ]);
});
