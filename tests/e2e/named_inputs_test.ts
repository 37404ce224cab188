import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { Playground } from "../helpers/playground.ts";

/** Writes a file, and the folders above it. */
async function write(place: Playground, name: string, text: string) {
  await Deno.mkdir(dirname(place.path(name)), { recursive: true });
  await Deno.writeTextFile(place.path(name), text);
}

/** A configuration that runs Lua scripts. */
function withLua(place: Playground, sources: string[], live = false) {
  const settings = { "modifier/lua-endpoint": { sources, live } };
  return place.configWith({ extra_config: settings }, "/one");
}

Deno.test("a script that the configuration names is watched without being asked for", async () => {
  await using place = await Playground.open();
  await write(place, "lua/a.lua", "-- 1");
  await Deno.writeTextFile(place.file, withLua(place, ["lua/a.lua"]));
  await place.startAndServe();
  await write(place, "lua/a.lua", "-- 2");
  await place.reports("lua/a.lua changed");
  await place.restarts(1);
});

Deno.test("a script is watched from the moment on that the configuration names it, and no longer", async () => {
  await using place = await Playground.open();
  await write(place, "lua/a.lua", "-- 1");
  await place.startAndServe();
  await write(place, "lua/a.lua", "-- 2");
  await place.staysQuiet();
  await Deno.writeTextFile(place.file, withLua(place, ["lua/a.lua"]));
  await place.restarts(1);
  await write(place, "lua/a.lua", "-- 3");
  await place.restarts(2);
  await place.save("/one");
  await place.restarts(3);
  await write(place, "lua/a.lua", "-- 4");
  await place.staysQuiet();
  assertEquals(place.starts, 4);
});

Deno.test("a script that the gateway reads by itself restarts nothing", async () => {
  await using place = await Playground.open();
  await write(place, "lua/a.lua", "-- 1");
  await Deno.writeTextFile(place.file, withLua(place, ["lua/a.lua"], true));
  await place.startAndServe();
  await write(place, "lua/a.lua", "-- 2");
  await place.staysQuiet();
});

Deno.test("settings, templates and partials are watched, and FC_OUT is not, wherever it lies", async () => {
  await using place = await Playground.open();
  await write(place, "settings/a.json", '{"n": 1}');
  await write(place, "partials/deep/er/p.txt", "1");
  await write(place, "templates/all.tmpl", place.config("/one"));
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  await place.startAndServe({
    env: {
      FC_ENABLE: "1",
      FC_SETTINGS: "settings",
      FC_TEMPLATES: "templates",
      FC_PARTIALS: "partials",
      FC_OUT: "settings/out.json",
    },
  });
  await place.staysQuiet();
  await write(place, "templates/all.tmpl", place.config("/two"));
  await place.serves("/two");
  await place.restarts(1);
  await write(place, "settings/a.json", '{"n": 2}');
  await place.restarts(2);
  await write(place, "partials/deep/er/p.txt", "2");
  await place.restarts(3);
  await place.staysQuiet();
  assertEquals(place.starts, 4);
});

Deno.test("what only the compiled configuration names is watched", async () => {
  await using place = await Playground.open();
  await write(place, "lua/a.lua", "-- 1");
  await write(place, "templates/all.tmpl", withLua(place, ["lua/a.lua"]));
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  await place.startAndServe({
    env: { FC_ENABLE: "1", FC_TEMPLATES: "templates" },
  });
  await write(place, "lua/a.lua", "-- 2");
  await place.restarts(1);
});

Deno.test("--list shows what the compiled configuration names, and why", async () => {
  await using place = await Playground.open();
  await write(place, "templates/all.tmpl", withLua(place, ["lua/a.lua"]));
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  const watch = place.start({
    args: ["--list"],
    env: { FC_ENABLE: "1", FC_TEMPLATES: "templates" },
  });
  assertEquals((await watch.status).code, 0);
  const line = (name: string) =>
    watch.lines.find((it) => it.startsWith(`${place.path(name)} `)) ?? "";
  assertStringIncludes(line("lua/a.lua"), "modifier/lua-endpoint.sources");
  assertStringIncludes(line("lua/a.lua"), "(missing)");
  assertStringIncludes(line("templates/all.tmpl"), "FC_TEMPLATES");
});

Deno.test("partials that templates include from the working folder are watched without FC_PARTIALS", async () => {
  await using place = await Playground.open();
  await write(place, "whole.txt", place.config("/one"));
  await Deno.writeTextFile(place.file, '{{ include "whole.txt" }}');
  await place.startAndServe({ env: { FC_ENABLE: "1" } });
  await write(place, "whole.txt", place.config("/two"));
  await place.serves("/two");
  await place.restarts(1);
});
