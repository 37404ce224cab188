/**
 * Prints the sizes of the files in dist/, against the last release; with
 * `--record`, they become those of the last release.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { exists } from "@std/fs";
import { join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };
import { measure, type Release, type Size, sizeLine } from "./build/sizes.ts";
import { TARGETS } from "./build/targets.ts";
import { DIST, ROOT } from "./paths.ts";
import { say } from "./say.ts";

const RECORD = join(ROOT, "doc", "sizes.json");

async function main(): Promise<number> {
  const { record } = parseArgs(Deno.args, { boolean: ["record"] });
  const last = JSON.parse(await Deno.readTextFile(RECORD)) as Release;
  const files: Record<string, Size> = {};
  for (const { file } of TARGETS) {
    const path = join(DIST, file);
    if (!await exists(path)) continue;
    const size = await measure(path);
    files[file] = size;
    // deno-lint-ignore no-console -- this is what was asked for
    console.log(sizeLine(file, size, last));
  }
  if (Object.keys(files).length === 0) {
    say(`There is nothing in ${DIST}: run deno task build`);
    return 1;
  }
  if (record) {
    const release: Release = { version: manifest.version, files };
    const text = JSON.stringify(release, undefined, 2);
    await Deno.writeTextFile(RECORD, `${text}\n`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());
