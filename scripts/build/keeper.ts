/**
 * Compiles the keeper (scripts/keeper) into a program of its own. Run it to
 * print the path of the keeper for this machine.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, join } from "@std/path";
import { CACHE } from "../paths.ts";
import type { Arch } from "../static/architecture.ts";
import { compile, findCompiler, sourcesIn } from "../static/compiler.ts";
import { Unavailable } from "../static/errors.ts";
import { KEEPER_SOURCE } from "../static/launcher.ts";
import { sha256Of } from "./checksums.ts";

/** Options for {@linkcode buildKeeper}. */
export interface BuildKeeperOptions {
  readonly arch: Arch;
  /** The path of the program to write. */
  readonly output: string;
}

/**
 * Writes the keeper for one architecture.
 *
 * @throws {Unavailable} If there is no C compiler for it, or it fails.
 */
export async function buildKeeper(
  { arch, output }: BuildKeeperOptions,
): Promise<void> {
  await ensureDir(dirname(output));
  await Deno.copyFile(await cachedKeeper(arch), output);
  await Deno.chmod(output, 0o755);
}

/**
 * The path of the keeper for this machine. It is compiled if its sources have
 * changed since, and kept in the cache.
 *
 * @throws {Unavailable} If this is not Linux on x86_64 or aarch64, or {@linkcode buildKeeper} cannot build it.
 */
export async function keeperPath(): Promise<string> {
  const { os, arch } = Deno.build;
  if (os !== "linux") throw new Unavailable(`There is no keeper for ${os}`);
  return await cachedKeeper(arch);
}

/** Returns a file that nothing changes. */
async function cachedKeeper(arch: Arch): Promise<string> {
  const folder = join(CACHE, "keeper", await sourceHash());
  const path = join(folder, `krakend-watch-keeper-${arch}`);
  if (await exists(path)) return path;
  await ensureDir(folder);
  // Several may build it at the same time.
  const draft = join(folder, crypto.randomUUID());
  await compile({
    arch,
    compiler: await findCompiler(arch),
    sources: sourcesIn(KEEPER_SOURCE),
    script: join(KEEPER_SOURCE, "keeper.ld"),
    output: draft,
  });
  await Deno.rename(draft, path);
  return path;
}

/** Changes with everything that the keeper is built from. */
async function sourceHash(): Promise<string> {
  const files = [
    ...[...Deno.readDirSync(KEEPER_SOURCE)].map(({ name }) =>
      join(KEEPER_SOURCE, name)
    ).sort(),
    new URL("../static/compiler.ts", import.meta.url),
  ];
  const texts = files.map((it) => Deno.readTextFileSync(it));
  const bytes = new TextEncoder().encode(texts.join("\0"));
  return (await sha256Of(bytes)).slice(0, 12);
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- the path is the answer
  console.log(await keeperPath());
}
