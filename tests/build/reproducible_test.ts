import { assert, assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join, relative, resolve } from "@std/path";
import { sha256Of } from "../../scripts/build/checksums.ts";
import { licensesText } from "../../scripts/build/licenses.ts";
import { compile } from "../../scripts/build/denort.ts";
import { type Target, TARGETS } from "../../scripts/build/targets.ts";
import { bundle } from "../../scripts/bundle.ts";
import { IMPORT_MAP, ROOT } from "../../scripts/paths.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { DENO_AS_DENORT, denortTest, withFolder } from "./support.ts";

/** What a bundle is made from. */
const SOURCES = ["main.ts", "deno.json", "LICENSE", "lib", "scripts"];

Deno.test("the same sources give the same bundle, wherever they are", () =>
  withFolder(async (folder) => {
    const here = await bundle();
    const copy = join(folder, "another", "place");
    const importMap = join(copy, relative(ROOT, IMPORT_MAP));
    await ensureDir(dirname(importMap));
    await Deno.copyFile(IMPORT_MAP, importMap);
    await runTool(["cp", "-R", ...SOURCES, copy], { cwd: ROOT });
    const { output, message } = await runTool([
      ...[Deno.execPath(), "run", "-A", `--import-map=${importMap}`],
      join(copy, "scripts", "bundle.ts"),
    ]);
    const there = output.trim();
    assert(there.startsWith(copy), message);
    assertEquals(await sha256Of(there), await sha256Of(here));
  }));

Deno.test("a bundle does not say where modules are on this machine", async () => {
  const text = await Deno.readTextFile(await bundle());
  const { npmCache, denoDir } = await denoInfo();
  for (const place of [ROOT, npmCache, denoDir, dirname(IMPORT_MAP)]) {
    assert(!text.includes(place), place);
  }
});

Deno.test("the copyright of all that is bundled is in its notice", async () => {
  const notice = await licensesText({ runtime: "bundle" });
  const missing = new Set<string>();
  const modules = await packagedModules();
  assert(modules.length > 0, "no module of a package is bundled");
  for (const module of modules) {
    const source = await Deno.readTextFile(module);
    for (const [line] of source.matchAll(/Copyright [^.]*(?=\.)/g)) {
      if (!notice.includes(line)) missing.add(`${line} (${module})`);
    }
  }
  assertEquals([...missing], []);
  const { output } = await runTool([
    ...[Deno.execPath(), "run", "-A", "--no-config"],
    ...[await bundle(), "--licenses"],
  ]);
  assertEquals(output.trim(), notice.trim());
});

denortTest(
  "deno compile gives the same bytes, whenever the bundle was written",
  () =>
    withFolder(async (folder) => {
      const sums = [];
      for (const name of ["one", "two"]) {
        const script = join(folder, name, "script.js");
        await ensureDir(dirname(script));
        await Deno.writeTextFile(script, "console.log(1);");
        const output = join(folder, name, "program");
        const target = TARGETS.find(isForThisMachine) as Target;
        await compile({
          target,
          bundle: script,
          output,
          denort: DENO_AS_DENORT,
        });
        sums.push(await sha256Of(output));
      }
      assertEquals(sums[0], sums[1]);
    }),
);

async function denoInfo(): Promise<{ npmCache: string; denoDir: string }> {
  const { output } = await runTool([Deno.execPath(), "info", "--json"]);
  return JSON.parse(output);
}

/** Returns the modules of packages that get into a bundle: without --minify, comments name them. */
async function packagedModules(): Promise<string[]> {
  const map = `--import-map=${IMPORT_MAP}`;
  const { output } = await runTool(
    [Deno.execPath(), "bundle", "--quiet", map, "main.ts"],
    { cwd: ROOT },
  );
  return Array.from(
    output.matchAll(/^\/\/ (\S*\/npm\/\S+\.[cm]?js)$/gm),
    ([, path = ""]) => resolve(ROOT, path),
  );
}

function isForThisMachine({ triple }: Target): boolean {
  return triple === Deno.build.target;
}
