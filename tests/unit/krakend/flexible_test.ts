import { assertEquals } from "@std/assert";
import { join } from "@std/path";
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
      (await readNamedInputs({ plugin: { folder: "p" } }, { cwd, env }))
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
