import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  inclusionsOf,
  pathOfPartial,
} from "../../../lib/krakend/inclusions.ts";

function namesIn(template: string): string[] {
  return inclusionsOf(template).map(({ partial }) => partial);
}

Deno.test("partials are found in every way that a template may include them", () => {
  const ways = [
    '{{ include "a" }}',
    '{{include "a"}}',
    '{{- include "a" -}}',
    "{{ include `a` }}",
    '{{ include\n\t"a" }}',
    '{{ "a" | include }}',
    '{{- "a" | include | trim }}',
    '{{ include "a" | trim | indent 2 }}',
    '{{ printf "%s" (include "a") }}',
    '{{ printf "%s" ("a" | include) }}',
    '{{ $x := include "a" }}',
    '{{ $x := "a" | include }}',
    '{{ if include "a" }}{{ end }}',
    '{{ if "a" | include }}{{ end }}',
    '{{ include "\\u0061" }}',
    '{"k": "{{ include "a" }}"}',
    '{{ "}}" }}{{ include "a" }}',
    '{{ \'"\' }}{{ include "a" }}',
    '{{/* no */}}{{ include "a" }}',
  ];
  for (const way of ways) assertEquals(namesIn(way), ["a"], way);
});

Deno.test("what only looks like an inclusion is none", () => {
  const others = [
    'include "a"',
    '{{/* include "a" */}}',
    '{{- /* {{ include "a" }} */ -}}',
    '{{/* {{ include "a" }} */}}',
    '{{ "include `a`" }}',
    '{{ `include "a"` }}',
    "{{ include .name }}",
    '{{ include (printf "%s.json" .name) }}',
    '{{ printf "a" 1 | include }}',
    '{{ .include "a" }}',
    '{{ $include "a" }}',
    '{{ includes "a" }}',
    '{{ template "a" }}',
    '{{ include "a',
    '{{ include "a"',
    '{{ "x }}{{ include "a" }}',
    "{{ include 'a' }}",
    '{{ include "\\q" }}',
  ];
  for (const other of others) assertEquals(namesIn(other), [], other);
});

Deno.test("each inclusion is found, with its place", () => {
  const template = '{{ include "a" }}\n{{ include "b" }}{{ include "b" }}';
  const found = inclusionsOf(template);
  assertEquals(found.map(({ partial }) => partial), ["a", "b", "b"]);
  for (const { offset } of found) {
    assertEquals(template.slice(offset, offset + 9), 'include "');
  }
});

Deno.test("partials are found whatever stands between them", () => {
  const names = fc.array(fc.stringMatching(/^[\w./ {}-]{1,9}$/));
  const text = fc.string().map((it) => it.replaceAll("{{", ""))
    // Before an action, this would open it too early.
    .map((it) => it.replace(/\{+$/, ""));
  fc.assert(fc.property(names, text, (names, text) => {
    const template = names.map((it) => `${text}{{ include "${it}" }}`).join("");
    assertEquals(namesIn(template), names);
  }));
});

Deno.test("a template is read to its end, whatever it is", () => {
  const piece = fc.constantFrom(
    ..."{{|}}|\"|`|'|/*|*/|include| |-|a".split("|"),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    for (const { offset } of inclusionsOf(pieces.join(""))) {
      assertEquals(pieces.join("").slice(offset, offset + 7), "include");
    }
  }));
});

Deno.test("a partial is looked for in FC_PARTIALS, as KrakenD joins paths", () => {
  const pathIn = (folder: string | undefined, partial: string) =>
    pathOfPartial(partial, {
      cwd: "/etc/krakend",
      env: { FC_PARTIALS: folder },
    });
  assertEquals(pathIn("p", "a/b.txt"), "/etc/krakend/p/a/b.txt");
  assertEquals(pathIn("/p", "../a"), "/a");
  assertEquals(pathIn("p", "/a"), "/etc/krakend/p/a");
  assertEquals(pathIn(undefined, "a"), "/etc/krakend/a");
  assertEquals(pathIn("", "/a"), "/a");
});
