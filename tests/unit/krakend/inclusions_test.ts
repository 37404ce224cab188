import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { inclusionsOf } from "../../../lib/krakend/inclusions.ts";

function namesIn(template: string): (string | undefined)[] {
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

Deno.test("what only seems to be an inclusion is none", () => {
  const others = [
    'include "a"',
    '{{/* include "a" */}}',
    '{{- /* {{ include "a" }} */ -}}',
    '{{/* {{ include "a" }} */}}',
    '{{ "include `a`" }}',
    '{{ `include "a"` }}',
    '{{ .include "a" }}',
    '{{ $include "a" }}',
    '{{ includes "a" }}',
    '{{ template "a" }}',
    '{{ include "a',
    '{{ include "a"',
    '{{ "x }}{{ include "a" }}',
  ];
  for (const other of others) assertEquals(namesIn(other), [], other);
});

Deno.test("a partial whose name is computed has no name", () => {
  const computed = [
    "{{ include .name }}",
    '{{ include (printf "%s.json" .name) }}',
    '{{ printf "a" 1 | include }}',
    "{{ include 'a' }}",
    '{{ include "\\q" }}',
  ];
  for (const it of computed) assertEquals(namesIn(it), [undefined], it);
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

Deno.test("an action that is never closed costs no time, however long it is", () => {
  assertEquals(namesIn(`{{ include "a" }}{{ ${"x ".repeat(1_000_000)}`), ["a"]);
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
