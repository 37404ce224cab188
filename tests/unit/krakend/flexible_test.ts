import { assertEquals } from "@std/assert";
import { join, relative } from "@std/path";
import {
  compiledOutputOf,
  inputsOfFlexibleConfig,
  readNamedInputs,
} from "../../../lib/krakend/flexible.ts";
import { withFolder } from "../support.ts";

Deno.test("the folders of flexible configuration are inputs while it is on", () => {
  const env = {
    FC_ENABLE: "1",
    FC_SETTINGS: "s",
    FC_TEMPLATES: "t",
    FC_PARTIALS: "p",
    FC_CONFIG: "fc.json",
    FC_OUT: "out.json",
  };
  const inputs = inputsOfFlexibleConfig(env);
  assertEquals(inputs.map(({ path }) => path), ["s", "t", "p", "fc.json"]);
  assertEquals(inputs.map(({ folder }) => folder?.deep), [
    false,
    false,
    true,
    undefined,
  ]);
  assertEquals(compiledOutputOf(env), "out.json");
  const off = { ...env, FC_ENABLE: "" };
  assertEquals(inputsOfFlexibleConfig(off), []);
  assertEquals(compiledOutputOf(off), undefined);
});

Deno.test("what the file of the Enterprise edition names is an input, and a broken one does no harm", () =>
  withFolder(async (cwd) => {
    const env = { FC_ENABLE: "1", FC_CONFIG: "fc.json" };
    const read = async () =>
      (await readNamedInputs({ plugin: { folder: "p" } }, {
        configFile: "krakend.json",
        cwd,
        env,
      }))
        .map(({ path }) => path);
    const file = join(cwd, "fc.json");
    await Deno.writeTextFile(
      file,
      '{"settings": {"paths": ["s1", "s2"]}, "partials": {"paths": ["x"]}, "out": "o"}',
    );
    assertEquals(await read(), ["p", "s1", "s2", "x"]);
    await Deno.writeTextFile(file, "{");
    assertEquals(await read(), ["p"]);
    await Deno.remove(file);
    assertEquals(await read(), ["p"]);
  }));

Deno.test("partials that templates include from elsewhere than FC_PARTIALS are inputs", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "t"));
    await Deno.writeTextFile(
      join(cwd, "krakend.json"),
      '{{ include "a.txt" }} {{ include "../b.txt" }}',
    );
    await Deno.writeTextFile(join(cwd, "t/x.tmpl"), '{{ include "c.txt" }}');
    const named = async (env: Record<string, string>) => {
      const surroundings = {
        configFile: "krakend.json",
        cwd,
        env: { FC_ENABLE: "1", FC_TEMPLATES: "t", ...env },
      };
      return (await readNamedInputs({}, surroundings))
        .map(({ path }) => relative(cwd, path));
    };
    assertEquals(await named({}), ["a.txt", "../b.txt", "c.txt"]);
    assertEquals(await named({ FC_PARTIALS: "p" }), ["b.txt"]);
    assertEquals(await named({ FC_ENABLE: "" }), []);
  }));
