/**
 * Puts a program, the launcher and the libraries together.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import type { Arch } from "./architecture.ts";
import type { Elf } from "./elf.ts";
import { launcherCode } from "./launcher.ts";
import {
  collectLibraries,
  type FindLibrary,
  libraryFinder,
  libraryFolders,
} from "./libraries.ts";
import { patch } from "./patch.ts";
import type { Payload } from "./segment.ts";

/** Options for {@linkcode link}. */
export interface LinkOptions {
  program: Elf;
  /** The path of the new file. */
  output: string;
  arch: Arch;
  payload?: Payload;
  /** Where libraries are found. Default: STATIC_LIBRARIES, else Debian's packages. */
  find?: FindLibrary;
}

/**
 * Writes the static file.
 *
 * @throws {StaticError} If the libraries or the launcher cannot be had.
 */
export async function link(options: LinkOptions): Promise<void> {
  const { program, output, arch, payload } = options;
  const find = options.find ?? libraryFinder(await libraryFolders(arch));
  const bytes = patch(program, {
    ...await collectLibraries(program, arch, find),
    code: await launcherCode(arch),
    ...(payload && { payload }),
  }, arch);
  // Whoever runs the old file goes on with it.
  const draft = await Deno.makeTempFile({ dir: dirname(resolve(output)) });
  await Deno.writeFile(draft, bytes);
  await Deno.chmod(draft, 0o755);
  await Deno.rename(draft, output);
}
