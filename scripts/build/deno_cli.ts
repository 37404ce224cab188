/**
 * Deno itself as the runtime of a file, where denort cannot be had.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import type { Arch } from "../static/mod.ts";
import { runTool } from "../static/tool.ts";
import { sha256Of } from "./checksums.ts";
import { Unavailable } from "../static/errors.ts";

/** The version of Deno that this project is built and tested with. */
export const DENO_VERSION = "2.9.6";

/** The npm packages of Deno, and the sums of the programs in them. */
const PACKAGES: Readonly<Record<Arch, { name: string; sha256: string }>> = {
  x86_64: {
    name: "@deno/linux-x64-glibc",
    sha256: "bceb5b6a6239b0b010418406d8c77a508f67cf4337d94288f1c19fe71304aab0",
  },
  aarch64: {
    name: "@deno/linux-arm64-glibc",
    sha256: "d08d392418df53f4e6e88a08909c0e1bccbf9adcead7232df72b6ad6075ec416",
  },
};

/**
 * Gets the Deno for Linux from npm, once, and checks that it is the one we know.
 *
 * @returns The path of the program, in Deno's own cache: it is not ours to change.
 * @throws {Unavailable} If it cannot be had.
 */
export async function fetchDenoCli(arch: Arch): Promise<string> {
  const { name, sha256 } = PACKAGES[arch];
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
