import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import {
  copyConfig,
  launchFrom,
  removeCopy,
} from "../../../lib/krakend/kept.ts";
import { withFolder } from "../support.ts";

function withFiles(
  test: (source: {
    configFile: string;
    compiledFile: string;
    folder: string;
    name: string;
  }) => Promise<void>,
) {
  return withFolder(async (folder) => {
    const configFile = join(folder, "krakend.yml");
    const compiledFile = join(folder, "compiled.json");
    await Deno.writeTextFile(configFile, "version: 3");
    await Deno.writeTextFile(compiledFile, "{}");
    await test({ configFile, compiledFile, folder, name: "copy" });
  });
}

Deno.test("a copy has the extension of its original, by which KrakenD tells the format", () =>
  withFiles(async (source) => {
    const copy = await copyConfig({ ...source, env: {} });
    assertEquals(copy?.path, join(source.folder, "copy.yml"));
    assertEquals(await Deno.readTextFile(copy?.path ?? ""), "version: 3");
    await removeCopy(copy);
    assertEquals(await exists(copy?.path ?? ""), false);
  }));

Deno.test("of templates, what was made of them is copied, and runs without them", () =>
  withFiles(async (source) => {
    const env: Record<string, string> = {
      FC_ENABLE: "1",
      FC_OUT: "out.json",
      HOME: "/",
    };
    const copy = await copyConfig({ ...source, env });
    assertEquals(copy?.path, join(source.folder, "copy.json"));
    const args = ["run", "-c", "krakend.json", "-d"];
    assertEquals(copy && launchFrom(copy, { args, env }), {
      args: [...args, "--config", copy?.path ?? ""],
      env: { HOME: "/" },
    });
  }));

Deno.test("what nobody has compiled cannot be copied", () =>
  withFiles(async (source) => {
    await Deno.remove(source.compiledFile);
    const env = { FC_ENABLE: "1" };
    assertEquals(await copyConfig({ ...source, env }), undefined);
  }));

Deno.test("what follows -- stays behind the file of a copy", () => {
  const copy = { path: "/x.json", isCompiled: false };
  const launch = { args: ["run", "-c", "a", "--", "b"], env: {} };
  assertEquals(
    launchFrom(copy, launch).args,
    ["run", "-c", "a", "--config", "/x.json", "--", "b"],
  );
});
