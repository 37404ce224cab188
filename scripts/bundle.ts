/**
 * Writes dist/krakend-watch.js: the program as one file that needs nothing but deno.
 *
 * @module
 */

import { ensureDir } from "@std/fs";
import { dirname } from "@std/path";
import { BUNDLE, IMPORT_MAP, MAIN } from "./paths.ts";
import { say } from "./say.ts";

/**
 * Bundles the program.
 *
 * @returns The path of the file.
 * @throws {Error} If deno cannot bundle it.
 */
export async function bundle(): Promise<string> {
  await ensureDir(dirname(BUNDLE));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", `--import-map=${IMPORT_MAP}`, "-o", BUNDLE, MAIN],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
  }
  return BUNDLE;
}

if (import.meta.main) {
  try {
    // deno-lint-ignore no-console -- the path is the answer, for $(deno task bundle)
    console.log(await bundle());
  } catch (error) {
    say(String(error));
    Deno.exit(1);
  }
}
