/**
 * Deno itself as the runtime of a file, where denort cannot be had.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { runTool } from "../static/tool.ts";
import { sha256Of } from "./checksums.ts";
import { Unavailable } from "./unavailable.ts";

/** The version of Deno that the files of a build contain. */
export const DENO_VERSION = "2.9.6";

/** The npm packages of Deno and the sums of the programs in them, by target. */
const PACKAGES: Readonly<Record<string, { name: string; sha256: string }>> = {
  "linux-amd64": {
    name: "@deno/linux-x64-glibc",
    sha256: "bceb5b6a6239b0b010418406d8c77a508f67cf4337d94288f1c19fe71304aab0",
  },
  "linux-arm64": {
    name: "@deno/linux-arm64-glibc",
    sha256: "d08d392418df53f4e6e88a08909c0e1bccbf9adcead7232df72b6ad6075ec416",
  },
};

/**
 * Gets the Deno of a target from npm, once, and checks that it is the one we know.
 *
 * @param target The name of the target.
 * @returns The path of the program, in Deno's own cache: it is not ours to change.
 * @throws {Unavailable} If it cannot be had.
 */
export async function fetchDenoCli(target: string): Promise<string> {
  const wanted = PACKAGES[target];
  if (!wanted) {
    throw new Unavailable("a Deno as runtime is for Linux only");
  }
  const { name, sha256 } = wanted;
  await cachePackage(`npm:${name}@${DENO_VERSION}`);
  const path = await findInCache(join(name, DENO_VERSION, "deno"));
  const actual = await sha256Of(path);
  if (actual === sha256) return path;
  throw new Unavailable(
    `${name} ${DENO_VERSION} is not what it should be: its SHA-256 is ${actual}, not ${sha256}`,
  );
}

async function cachePackage(specifier: string): Promise<void> {
  const { success, message } = await deno("cache", "--no-config", specifier);
  if (success) return;
  throw new Unavailable(`${specifier} cannot be had: ${message}`);
}

/** Finds a file below the folder of a registry, whatever that is called. */
async function findInCache(path: string): Promise<string> {
  const { output } = await deno("info", "--no-config", "--json");
  const { npmCache } = JSON.parse(output) as { npmCache: string };
  for await (const { name } of Deno.readDir(npmCache)) {
    const candidate = join(npmCache, name, path);
    if (await exists(candidate, { isFile: true })) return candidate;
  }
  throw new Unavailable(`there is no ${path} below ${npmCache}`);
}

function deno(...args: readonly string[]) {
  return runTool([Deno.execPath(), ...args], { env: { NO_COLOR: "1" } });
}
