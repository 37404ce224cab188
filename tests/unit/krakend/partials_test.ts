import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  findMissingPartials,
  inclusionsOf,
} from "../../../lib/krakend/partials.ts";
import { withFolder } from "../support.ts";

Deno.test("partials are found in every way that a template may include them, and in comments not", () => {
  const template = [
    '{{ include "a.txt" }}',
    "{{- include `b.txt` -}}",
    '{{ if .x }}{{ printf "%s" (include "c.txt") }}{{ end }}',
    '{{/* include "d.txt" */}}',
    "{{ include .name }}",
    'include "e.txt"',
  ].join("\n");
  const names = inclusionsOf(template).map(({ partial }) => partial);
  assertEquals(names, ["a.txt", "b.txt", "c.txt"]);
});

Deno.test("partials that are not there are warned of, with the line that includes them", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "p"));
    await Deno.mkdir(join(cwd, "t"));
    await Deno.writeTextFile(join(cwd, "p/here.txt"), "");
    await Deno.writeTextFile(
      join(cwd, "krakend.json"),
      '{{ include "here.txt" }}\n{{ include "gone.txt" }}',
    );
    await Deno.writeTextFile(join(cwd, "t/a.tmpl"), '{{ include "lost.txt" }}');
    const env = { FC_ENABLE: "1", FC_PARTIALS: "p", FC_TEMPLATES: "t" };
    const find = (changes: Record<string, string> = {}) =>
      findMissingPartials({
        configFile: "krakend.json",
        cwd,
        env: { ...env, ...changes },
      });
    const firstLines = (await find()).map((text) => text.split("\n")[0]);
    const message = (name: string) =>
      `the partial "${name}" is not there, and KrakenD puts nothing in its place`;
    assertEquals(firstLines, [
      `krakend.json:2:4: warning: ${message("gone.txt")}`,
      `t/a.tmpl:1:4: warning: ${message("lost.txt")}`,
    ]);
    assertEquals(await find({ FC_ENABLE: "" }), []);
  }));
