/**
 * Builds the files of the program into dist/: `deno task build [--target NAME] [--runtime NAME]`.
 *
 * Standard output holds the paths of what was made, and nothing else. What
 * cannot be made on this machine is skipped by name; that is no failure,
 * unless it was asked for by name, or nothing is left.
 *
 * @module
 */

import { exitCodeOf, messageOf } from "../lib/errors.ts";
import { readArguments } from "./build/arguments.ts";
import { buildInto } from "./build/dist.ts";
import { DIST } from "./paths.ts";
import { say } from "./say.ts";

async function main(): Promise<number> {
  const { targets, areNamed, runtime } = readArguments(Deno.args);
  const { paths, skipped } = await buildInto(DIST, { targets, runtime, say });
  for (const path of paths) {
    // deno-lint-ignore no-console -- the paths are the answer, for $(deno task build)
    console.log(path);
  }
  return paths.length === 0 || (areNamed && skipped.length > 0) ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    say(messageOf(error));
    Deno.exit(exitCodeOf(error));
  }
}
