/**
 * Builds the files of the program into dist/: `deno task build [--target NAME] [--runtime NAME]`.
 *
 * Standard output holds the paths of what was made, and nothing else. What
 * cannot be made on this machine is skipped by name; that is no failure,
 * unless it was asked for by name, or nothing is left.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { exitCodeOf, messageOf } from "../lib/errors.ts";
import { readArguments } from "./build/arguments.ts";
import { sha256Of, sumsText } from "./build/checksums.ts";
import { licensesText } from "./build/licenses.ts";
import { make } from "./build/make.ts";
import { DIST_FILES, LICENSES_FILE, SUMS_FILE } from "./build/targets.ts";
import { DIST } from "./paths.ts";
import { say } from "./say.ts";

async function main(): Promise<number> {
  const { targets, areNamed, runtime } = readArguments(Deno.args);
  let made = 0;
  for (const target of targets) {
    const result = await make(target, { runtime, say });
    if ("skipped" in result) {
      say(`${target.name}: skipped: ${result.skipped}`);
    } else {
      made++;
      print(result.path);
    }
  }
  if (made > 0) {
    print(await writeLicenses());
    print(await writeSums());
  }
  return made === 0 || (areNamed && made < targets.length) ? 1 : 0;
}

/** Writes the licences of all that is in any of the files. */
async function writeLicenses(): Promise<string> {
  const text = await licensesText({ runtime: "denort", isStatic: true });
  const path = join(DIST, LICENSES_FILE);
  await Deno.writeTextFile(path, `${text}\n`);
  return path;
}

/** Writes the sums of all files of a build that are there, those of an earlier one too. */
async function writeSums(): Promise<string> {
  const sums = [];
  for (const name of DIST_FILES) {
    const path = join(DIST, name);
    if (name === SUMS_FILE || !await exists(path)) continue;
    sums.push({ name, sha256: await sha256Of(path) });
  }
  const path = join(DIST, SUMS_FILE);
  await Deno.writeTextFile(path, sumsText(sums));
  return path;
}

function print(path: string): void {
  // deno-lint-ignore no-console -- the paths are the answer, for $(deno task build)
  console.log(path);
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    say(messageOf(error));
    Deno.exit(exitCodeOf(error));
  }
}
