/**
 * Compiles the keeper (scripts/keeper) with the C compiler that is there. Run
 * it to print the path of the keeper for this machine.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, fromFileUrl, join } from "@std/path";
import { CACHE } from "../paths.ts";
import { type Arch, ARCHITECTURES } from "../static/architecture.ts";
import { type Compiler, findCompiler } from "../static/compiler.ts";
import { StaticError } from "../static/errors.ts";
import { runTool } from "../static/tool.ts";
import { Unavailable } from "./unavailable.ts";

/** Where the source of the keeper is. */
export const KEEPER_SOURCE = fromFileUrl(
  new URL("../keeper/", import.meta.url),
);

const COMPILER_FLAGS = [
  "-std=gnu11",
  "-Os",
  "-Wall",
  "-Wextra",
  "-ffreestanding",
  "-fno-stack-protector",
  "-fno-asynchronous-unwind-tables",
  "-fno-jump-tables",
];
const LINKER_FLAGS = [
  "-nostdlib",
  "-static",
  "-no-pie",
  "-Wl,-T,keeper.ld",
  "-Wl,--build-id=none",
  "-Wl,-z,noexecstack",
  "-s",
];

/** The only source that an image must not have which the others are linked into. */
const ENTRY_SOURCE = "start.c";

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

/**
 * Compiles the keeper's sources for being linked into another image: functions
 * that run at any address, without variables, tables or relocations. Their
 * entry is `int keeper_main(int argc, char **argv, char **envp)`.
 *
 * @param folder Where the object files go.
 * @returns The paths of the object files.
 * @throws {Unavailable} If the compiler fails.
 */
export async function compileKeeper(
  arch: Arch,
  compiler: Compiler,
  folder: string,
): Promise<string[]> {
  return await compileSources(
    arch,
    compiler,
    folder,
    (name) => name !== ENTRY_SOURCE,
  );
}

/** Returns a file that nothing changes. */
async function cachedKeeper(arch: Arch): Promise<string> {
  const hash = await sourceHash();
  const path = join(CACHE, "keeper", hash, `krakend-watch-keeper-${arch}`);
  if (await exists(path)) return path;
  const compiler = await compilerFor(arch);
  await ensureDir(dirname(path));
  // Several may build it at the same time.
  const folder = await Deno.makeTempDir({ dir: dirname(path) });
  const draft = join(folder, "draft");
  try {
    const objects = await compileSources(arch, compiler, folder, () => true);
    await run(compiler, [...LINKER_FLAGS, "-o", draft, ...objects]);
    await Deno.rename(draft, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return path;
}

/** In a step of its own: zig has the kernel's headers only for what it does not link without a libc. */
async function compileSources(
  arch: Arch,
  compiler: Compiler,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<string[]> {
  const sources = [...Deno.readDirSync(KEEPER_SOURCE)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".c") && isWanted(name)).sort();
  const flags = [...ARCHITECTURES[arch].compilerFlags, ...COMPILER_FLAGS];
  const objects: string[] = [];
  for (const source of sources) {
    const object = join(folder, source.replace(/\.c$/, ".o"));
    await run(compiler, [...flags, "-c", "-o", object, source]);
    objects.push(object);
  }
  return objects;
}

async function run(
  { command, env }: Compiler,
  args: readonly string[],
): Promise<void> {
  const { success, message } = await runTool([...command, ...args], {
    cwd: KEEPER_SOURCE,
    ...(env && { env }),
  });
  if (!success) throw new Unavailable(`Cannot compile the keeper: ${message}`);
}

async function compilerFor(arch: Arch): Promise<Compiler> {
  try {
    return await findCompiler(arch);
  } catch (error) {
    if (error instanceof StaticError) throw new Unavailable(error.message);
    throw error;
  }
}

/** Changes with everything that the keeper is built from. */
async function sourceHash(): Promise<string> {
  const names = [...Deno.readDirSync(KEEPER_SOURCE)].map(({ name }) => name);
  const texts = names.filter((name) => /\.(c|h|ld)$/.test(name)).sort()
    .map((name) => `${name}\n${Deno.readTextFileSync(KEEPER_SOURCE + name)}`);
  const text = [...COMPILER_FLAGS, ...LINKER_FLAGS, ...texts].join("\n");
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return new Uint8Array(digest).toHex().slice(0, 12);
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- the path is the answer
  console.log(await keeperPath());
}
