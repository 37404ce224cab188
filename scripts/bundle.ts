/**
 * Makes one file of the program, which needs nothing but deno: dist/krakend-watch.js.
 *
 * @module
 */

import { ensureDir } from "@std/fs";
import { dirname, toFileUrl } from "@std/path";
import type { Build } from "../lib/build.ts";
import { messageOf } from "../lib/errors.ts";
import { licensesText } from "./build/licenses.ts";
import { placeKeeper } from "./keeper.ts";
import { BUILD_MODULE, BUNDLE, IMPORT_MAP, MAIN } from "./paths.ts";
import { say } from "./say.ts";
import { runTool } from "./static/tool.ts";

/** Options for {@linkcode writeBundle}. */
export interface BundleOptions {
  /** The path of the file to write. */
  readonly output: string;
  /** What the program knows about itself. */
  readonly build: Build;
}

/**
 * Bundles the program. The same sources give the same bytes, wherever they are.
 *
 * @throws {Error} If deno cannot bundle it.
 */
export async function writeBundle(
  { output, build }: BundleOptions,
): Promise<void> {
  await ensureDir(dirname(output));
  const dir = dirname(IMPORT_MAP);
  const module = await Deno.makeTempFile({ dir, suffix: ".ts" });
  // Beside the other map, as its paths are relative.
  const importMap = await Deno.makeTempFile({ dir, suffix: ".json" });
  try {
    await Deno.writeTextFile(
      module,
      `export const BUILD = ${JSON.stringify(build, null, 2)};`,
    );
    await Deno.writeTextFile(importMap, await mapTo(module));
    const text = await runBundle(importMap);
    // The old one may be running.
    const draft = await Deno.makeTempFile({ dir: dirname(output) });
    await Deno.writeTextFile(draft, inAscii(text));
    await Deno.chmod(draft, 0o644);
    await Deno.rename(draft, output);
  } finally {
    await Deno.remove(module);
    await Deno.remove(importMap);
  }
}

/** The import map with another module in the place of lib/build.ts. */
async function mapTo(module: string): Promise<string> {
  const map = JSON.parse(await Deno.readTextFile(IMPORT_MAP));
  map.imports[toFileUrl(BUILD_MODULE).href] = toFileUrl(module).href;
  return JSON.stringify(map);
}

async function runBundle(importMap: string): Promise<string> {
  const map = `--import-map=${importMap}`;
  const { success, output, message } = await runTool(
    [Deno.execPath(), "bundle", "--quiet", "--minify", map, MAIN],
  );
  if (success) return output;
  throw new Error(`Cannot bundle: ${message}`);
}

/** Escapes other characters, which stand in strings and regular expressions only: V8 keeps a text with one of them in two bytes for each. */
function inAscii(text: string): string {
  return text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Makes dist/krakend-watch.js, for a deno that is there.
 *
 * @returns Its path.
 * @throws {Error} If deno cannot bundle it.
 */
export async function bundle(): Promise<string> {
  const licenses = await licensesText({ runtime: "bundle" });
  const keeper = ["./krakend-watch-keeper"];
  await writeBundle({
    output: BUNDLE,
    build: { runtime: "bundle", licenses, keeper, child: [] },
  });
  await placeKeeper();
  return BUNDLE;
}

if (import.meta.main) {
  try {
    // deno-lint-ignore no-console -- the path is the answer, for $(deno task bundle)
    console.log(await bundle());
  } catch (error) {
    say(messageOf(error));
    Deno.exit(1);
  }
}
