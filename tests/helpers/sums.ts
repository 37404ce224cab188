/**
 * The sums of a build.
 *
 * @module
 */

import { join } from "@std/path";
import { SUMS_FILE } from "../../scripts/build/targets.ts";

/** Reads the sums of a folder, by the names of the files. */
export async function sumsIn(folder: string): Promise<Map<string, string>> {
  const text = await Deno.readTextFile(join(folder, SUMS_FILE));
  return new Map(
    text.trimEnd().split("\n").map((line) => {
      const [sum = "", name = ""] = line.split("  ");
      return [name, sum];
    }),
  );
}
