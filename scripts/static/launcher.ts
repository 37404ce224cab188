/**
 * The launcher of static files, with the keeper in it.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { Arch } from "./architecture.ts";
import { compile, type Compiler, findCompiler, sourcesIn } from "./compiler.ts";
import { parseElf, sectionOf } from "./elf.ts";
import { StaticError } from "./errors.ts";

const SOURCE = fromFileUrl(new URL("./launcher/", import.meta.url));

/** Where the source of the keeper is. */
export const KEEPER_SOURCE = fromFileUrl(
  new URL("../keeper/", import.meta.url),
);

/** The entry of the keeper as a program of its own. */
const KEEPER_ENTRY = join(KEEPER_SOURCE, "start.c");

const compiled = new Map<Arch, Promise<Uint8Array>>();

/**
 * The launcher's code, compiled once per process.
 *
 * @throws {StaticError} If there is no compiler for the architecture, or it fails.
 */
export function launcherCode(arch: Arch): Promise<Uint8Array> {
  let code = compiled.get(arch);
  if (!code) {
    code = findCompiler(arch).then((it) => compileLauncher(arch, it));
    compiled.set(arch, code);
  }
  return code;
}

/**
 * Compiles the launcher.
 *
 * @param more The paths of more sources that become part of it.
 * @throws {StaticError} If the compiler fails.
 */
export async function compileLauncher(
  arch: Arch,
  compiler: Compiler,
  more: readonly string[] = [],
): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "launcher-" });
  const output = join(folder, "launcher");
  const keeper = sourcesIn(KEEPER_SOURCE).filter((it) => it !== KEEPER_ENTRY);
  const entry = join(SOURCE, `entry_${arch}.S`);
  try {
    await compile({
      arch,
      compiler,
      sources: [entry, ...sourcesIn(SOURCE), ...keeper, ...more],
      script: join(SOURCE, "launcher.ld"),
      output,
    });
    const image = sectionOf(parseElf(await Deno.readFile(output)), ".image");
    if (!image) throw new StaticError("The launcher has no .image");
    return image;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
