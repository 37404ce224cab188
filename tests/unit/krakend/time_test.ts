import { type Format, parseConfig } from "../../../lib/krakend/config.ts";
import {
  explain,
  explainDuplicates,
  explainTemplate,
  redactOutput,
  type Subject,
} from "../../../lib/krakend/diagnose.ts";
import { differences } from "../../../lib/krakend/diff.ts";
import { parseFindings } from "../../../lib/krakend/lint.ts";
import { show } from "../../../lib/krakend/frame.ts";
import { inclusionsOf } from "../../../lib/krakend/inputs.ts";
import { redactListing } from "../../../lib/redact.ts";
import { assertLinear } from "../match/growth.ts";

/** A small input has so many parts. */
const SIZE = 2_000;
/** How KrakenD begins a complaint. */
const ERROR = "ERROR parsing the configuration file:\t'k': ";

function subjectOf(text: string, format: Format): Subject {
  const content = new TextEncoder().encode(text);
  const files = { read: () => content, list: () => [] };
  const env = { FC_ENABLE: "1" };
  const names = { file: "k", copies: ["copy"], isCompiled: false };
  return { ...names, content, format, env, files };
}

function parse(format: Format) {
  return (text: string) => parseConfig(new TextEncoder().encode(text), format);
}

function explained(complaint: string, format: Format = "json") {
  return (text: string) => explain(ERROR + complaint, subjectOf(text, format));
}

/** Shows what is behind a text. */
function shown(text: string) {
  const fault = { offset: text.length, length: 1, message: "" };
  return show({ file: "k", text: `${text}!` }, fault);
}

/** Reads all that KrakenD can print of a configuration. */
async function read(output: string) {
  const subject = subjectOf('{"a": "hunter2"}', "json");
  redactOutput(output, subject, { a: "hunter2" });
  redactListing(output);
  explainTemplate(output, subject);
  parseFindings(output);
  await explain(output, subject);
}

const some = (count: number, textOf: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => textOf(i)).join("");
const endpoints = (count: number, timeout: string) => ({
  endpoints: Array.from({ length: count / 10 }, (_, i) => ({
    ...{ endpoint: `/${i}`, timeout, backend: [{ host: "a" }, { host: "b" }] },
  })),
});

/** Texts that grow, and what reads them. */
// deno-fmt-ignore
const WORK: Readonly<Record<string, readonly [textOf: (size: number) => string, work: (text: string) => unknown]>> = {
  "YAML of many endpoints": [(n) => "endpoints:\n" + "- endpoint: /a\n  timeout: 2s\n".repeat(n), parse("yaml")],
  "YAML of many names": [(n) => some(n, (i) => `a${i}: ${i}\n`), parse("yaml")],
  "YAML of many lines of text": [(n) => `a: |\n${"  b\n".repeat(10 * n)}`, parse("yaml")],
  "YAML of a long text with escapes": [(n) => `a: "${"b\\n".repeat(10 * n)}"`, parse("yaml")],
  "YAML with a tag before quotes": [(n) => `a: !Ref b\nc: d"${'\\"'.repeat(n)}`, parse("yaml")],
  "YAML with a tag before apostrophes": [(n) => `a: !Ref b\nc: ${"it's ".repeat(n)}`, parse("yaml")],
  "YAML of comments without a document": [(n) => `${"# a\n".repeat(10 * n)}---a`, parse("yaml")],
  "YAML of blanks": [(n) => `a: 1${" ".repeat(10 * n)}\n${"-".repeat(10 * n)}`, parse("yaml")],
  "TOML of many endpoints": [(n) => '[[endpoints]]\nendpoint = "/a"\n[[endpoints.backend]]\nhost = "b"\n'.repeat(n), parse("toml")],
  "TOML of many names": [(n) => some(n, (i) => `a${i} = ${i}\n`), parse("toml")],
  "TOML of many tables": [(n) => some(n, (i) => `[a.b${i}]\nc = 1\n`), parse("toml")],
  "TOML of a long list": [(n) => `a = [${"1, ".repeat(10 * n)}]`, parse("toml")],
  "TOML of brackets": [(n) => `a = ${"[".repeat(10 * n)}`, parse("toml")],
  "JSON with names that stand twice": [(n) => `{${'"a": 1,'.repeat(n)}"a": 1}`, (text) => explainDuplicates(subjectOf(text, "json"))],
  "a comma too many": [(n) => `[${'{"a": 1},'.repeat(n)}]`, explained("invalid character")],
  "brackets that are not closed": [(n) => "[".repeat(n), explained("unexpected end")],
  "a wrong value of a name that stands often": [(n) => `{"a": [${'{"timeout": "1s"},'.repeat(n)}{"timeout": 1}]}`, explained("'a[3].timeout' time: x")],
  "a wrong value of a name in blanks": [(n) => `timeout${" ".repeat(10 * n)}{{${" -".repeat(10 * n)}`, explained("'timeout' time: x", "yaml")],
  "a wrong value in a file of comments": [(n) => " #".repeat(n) + "\n".repeat(n), explained("'timeout' time: x", "yaml")],
  "a wrong host that stands often": [(n) => ' "http://a"'.repeat(n), explained("host http://a not valid", "yaml")],
  "a wrong endpoint of many": [(n) => JSON.stringify(endpoints(n, "1s")), explained("ignoring the ' /b' endpoint, since")],
  "braces": [(n) => "{{ ".repeat(n), explained("yaml: invalid map key", "yaml")],
  "a line far below": [(n) => "\n\t".repeat(n), explained("yaml: line 1000: a tab", "yaml")],
  "a template of actions that are not closed": [(n) => `{{ include "a" }}${"{{ a ".repeat(n)}`, inclusionsOf],
  "a template of texts that are not closed": [(n) => `{{ include "a" }}{{ ${'"a '.repeat(n)}{{ ${"` ".repeat(n)}`, inclusionsOf],
  "a frame of a long text": [(n) => `{"a": "${'b\\"'.repeat(n)}`, shown],
  "a frame of many lines": [(n) => `a: '${"\n".repeat(n)}`, shown],
  "a frame of a long line": [(n) => '{"a":1},'.repeat(n), shown],
  "a frame of braces": [(n) => "{{ ".repeat(n), shown],
  "a quotation of many lines": [(n) => `${ERROR}* 'a' expected type 'b', got unconvertible type 'b', value: 'c${"\n".repeat(n)}d`, read],
  "quotations": [(n) => ERROR + "'a\"`".repeat(n), read],
  "values": [(n) => ERROR + "hunter2 ".repeat(n), read],
  "errors": [(n) => `ERROR linting the configuration file: ${"ERROR ".repeat(n)}`, read],
  "findings": [(n) => `ERROR linting the configuration file: a\n${"- at '/a': 'b' is not valid uri: c\n".repeat(n)}`, read],
  "a template with a long name": [(n) => `Found error while executing template: template: ${"a".repeat(10 * n)}`, read],
  "words of a template": [(n) => `Unable to parse configuration file: template: k:1:2: executing "${"x>: ".repeat(n)}`, read],
  "a listing": [(n) => "\tpassword: [a b]\n\t\t[+] GET /a\n".repeat(n), read],
  "a listing on one line": [(n) => "\tpassword: a ".repeat(n), read],
  "differences of many endpoints": [(n) => `${n}`, (n) => differences(endpoints(Number(n), "1s"), endpoints(Number(n), "2s"))],
  "a difference of a long text": [(n) => "a".repeat(100 * n), (text) => differences({ a: text }, { a: `${text}b` })],
};

for (const [name, [textOf, work]] of Object.entries(WORK)) {
  Deno.test(`the time for ${name} grows no faster than its length`, async () => {
    await assertLinear((size) => {
      const text = textOf(size);
      return () => work(text);
    }, SIZE);
  });
}
