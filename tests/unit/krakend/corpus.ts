/**
 * Files as people write them, and what KrakenD's own parsers make of them
 * (encoding/json of Go 1.25, go-yaml 3.0.3, go-toml 1.9.5, as krakend-koanf
 * calls them), recorded.
 *
 * @module
 */

import type { Format } from "../../../lib/krakend/config.ts";

/** Stands for a value: KrakenD refuses the file. */
export const REFUSED = Symbol("refused");
/** Stands for a value: KrakenD reads the file, and krakend-watch does not. */
export const UNREAD = Symbol("unread");

/** A file: what is special about it, what it holds, what KrakenD reads. */
export type Sample = readonly [
  name: string,
  content: string | readonly number[],
  value: unknown,
];

// deno-fmt-ignore
export const CORPUS: Readonly<Record<Format, readonly Sample[]>> = {
  json: [
    ["a configuration", "{\"version\": 3}", {"version": 3}],
    ["space around it", " \r\n\t{\"a\": 1} \n", {"a": 1}],
    ["a comma too many", "{\"a\": 1,}", REFUSED],
    ["a comment", "{\"a\": 1} // b", REFUSED],
    ["single quotes", "{'a': 1}", REFUSED],
    ["a byte order mark", "\ufeff{\"a\": 1}", REFUSED],
    ["a list", "[{\"a\": 1}]", REFUSED],
    ["a number", "5", REFUSED],
    ["a text", "\"a\"", REFUSED],
    ["null", "null", null],
    ["two documents", "{} {}", REFUSED],
    ["a name twice", "{\"a\": 1, \"a\": 2}", {"a": 2}],
    ["bytes that are no UTF-8", [0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d], {"a": "\ufffd"}],
    ["a control character in a text", "{\"a\": \"\u0001\"}", REFUSED],
    ["DEL and U+2028 in a text", "{\"a\": \"\u007f\u2028\"}", {"a": "\u007f\u2028"}],
    ["a space that is none of ASCII", "{\u00a0\"a\": 1}", REFUSED],
    ["a number that begins with 0", "{\"a\": 01}", REFUSED],
    ["NaN", "{\"a\": NaN}", REFUSED],
    ["cut short", "{\"a\": {\"b\": 1}", REFUSED],
    ["nothing", "", REFUSED],
  ],

  yaml: [
    ["a configuration", "version: 3\nport: 8080\n", {"port": 8080, "version": 3}],
    ["a mark at the end", "a: 1\n---\n", {"a": 1}],
    ["two documents", "a: 1\n---\nb: [\n", {"a": 1}],
    ["a mark at the beginning", "---\na: 1\n", {"a": 1}],
    ["a comment and a mark", "# why\n\n---\na: 1\n...\n}", {"a": 1}],
    ["a directive", "%YAML 1.1\n---\na: 1\n", {"a": 1}],
    ["a document on the line of its mark", "--- {a: 1}\n", {"a": 1}],
    ["--- in a text", "a: \"b --- c\"\n", {"a": "b --- c"}],
    ["a tag that is not known", "a: !Ref b\nc: [!Sub \"d\", !GetAtt e.f]\n", {"a": "b", "c": ["d", "e.f"]}],
    ["a tag before a map", "a: !Ref\n  b: 1\n", {"a": {"b": 1}}],
    ["! in texts", "a: !Ref x\nb: \"!c\"\n", {"a": "x", "b": "!c"}],
    ["a tag that does not fit", "a: !!int \"3\"\n", {"a": "3"}],
    ["anchors and merges", "a: &a {b: 1}\nc:\n  <<: *a\n  d: 2\n", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}],
    ["an alias before its anchor", "a: *b\nb: &b 1\n", REFUSED],
    ["UTF-16, little end first", [0xff, 0xfe, 0x61, 0x00, 0x3a, 0x00, 0x20, 0x00, 0x31, 0x00], UNREAD],
    ["UTF-16, big end first", [0xfe, 0xff, 0x00, 0x61, 0x00, 0x3a, 0x00, 0x20, 0x00, 0x31], UNREAD],
    ["a byte order mark", "\ufeffa: 1\n", {"a": 1}],
    ["a tab", "a:\n\tb: 1\n", REFUSED],
    ["a name twice", "a: 1\na: 2\n", REFUSED],
    ["JSON", "{\"a\": 1, \"b\": [2]}", {"a": 1, "b": [2]}],
    ["a list", "- a\n", REFUSED],
    ["a bracket that is not closed", "a: [1\n", REFUSED],
    ["Windows' ends of lines", "a: 1\r\n---\r\nb: 2\r\n", {"a": 1}],
    ["blocks of text", "a: |\n  x\n   y\nb: >-\n  z\n", {"a": "x\n y\n", "b": "z"}],
    ["numbers as names", "1: a\ntrue: b\n", {"1": "a", "true": "b"}],
    ["a template", "a: {{ .b }}\n", REFUSED],
    ["only a comment", "# nothing\n", null],
  ],

  toml: [
    ["a configuration", "version = 3\nport = 8080\n", {"port": 8080, "version": 3}],
    ["a byte order mark", "\ufeffa = 1\n", {"a": 1}],
    ["tables out of order", "[a.b]\nc = 1\n[a]\nd = 2\n", {"a": {"b": {"c": 1}, "d": 2}}],
    ["tables of lists out of order", "[[a]]\nb = 1\n[c]\nd = 2\n[[a]]\nb = 3\n[a.e]\nf = 4\n", {"a": [{"b": 1}, {"b": 3, "e": {"f": 4}}], "c": {"d": 2}}],
    ["an inline table over several lines", "a = { b = 1,\n  c = { d = 2 } }\n", {"a": {"b": 1, "c": {"d": 2}}}],
    ["a list over several lines in an inline table", "a = { b = [\n  1, # one\n  2,\n] }\n", {"a": {"b": [1, 2]}}],
    ["a list of inline tables over several lines", "a = [\n  { b = 1,\n    c = 2 },\n]\n", {"a": [{"b": 1, "c": 2}]}],
    ["names in quotes", "[a.\"b/c\"]\n\"d.e\" = 1\n'f' = 2\n", {"a": {"b/c": {"d.e": 1, "f": 2}}}],
    ["names with dots", "a.b.c = 1\na.d = 2\n", {"a": {"b": {"c": 1}, "d": 2}}],
    ["a header in a text", "a = \"\"\"\n[b]\nc = 1\n\"\"\"\n[d]\ne = 2\n", {"a": "[b]\nc = 1\n", "d": {"e": 2}}],
    ["a header in a list", "a = [\n[1],\n[\"b\"]\n]\n", {"a": [[1], ["b"]]}],
    ["a name twice", "a = 1\na = 2\n", REFUSED],
    ["a table twice", "[a]\nb = 1\n[a]\nc = 2\n", REFUSED],
    ["a header that is not closed", "[a\n", REFUSED],
    ["a value without quotes", "a = b\n", REFUSED],
    ["Windows' ends of lines", "a = 1\r\n[b]\r\nc = 2\r\n", {"a": 1, "b": {"c": 2}}],
    ["an escape in a text", "a = \"\\\"]\"\n[b]\nc = 1 # [d]\n", {"a": "\"]", "b": {"c": 1}}],
    ["only a comment", "# nothing\n", {}],
  ],
};

/** Returns the bytes of a sample. */
export function bytesOf(content: string | readonly number[]): Uint8Array {
  return typeof content === "string"
    ? new TextEncoder().encode(content)
    : new Uint8Array(content);
}
