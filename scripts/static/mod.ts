/**
 * The static step: turns a program that needs glibc into a file that needs
 * nothing but the kernel.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import type { Arch } from "./architecture.ts";
import { StaticError } from "./errors.ts";
import { launcherCode } from "./launcher.ts";
import {
  collectLibraries,
  libraryFinder,
  libraryFolders,
} from "./libraries.ts";
import { parseProgram, patch } from "./patch.ts";
import { cliPayload } from "./payload.ts";
import type { Payload } from "./segment.ts";

export { type Arch, StaticError };

/** Options for {@linkcode makeStatic}. */
export interface MakeStaticOptions {
  /** The path of the program: Deno's runtime, or what `deno compile` has made. */
  input: string;
  /** The path of the new file. It may be that of the input. */
  output: string;
  /** The architecture that the program was made for. */
  arch: Arch;
  /** The path of a bundle that the program, a Deno CLI, is to run as if it were that itself. */
  bundle?: string;
}

/**
 * Makes a program static.
 *
 * @throws {StaticError} If that cannot be done here, or not with this program: the message says why.
 */
export async function makeStatic(
  { input, output, arch, bundle }: MakeStaticOptions,
): Promise<void> {
  const bytes = await Deno.readFile(input);
  const payload = bundle === undefined ? undefined : await cliPayload(bundle);
  await link(bytes, { output, arch, payload });
}

/** Options for {@linkcode link}. */
export interface LinkOptions {
  /** The path of the new file. */
  output: string;
  arch: Arch;
  payload?: Payload | undefined;
}

/**
 * Puts a program, the launcher and the libraries together.
 *
 * @throws {StaticError} If the libraries or the launcher cannot be had, or the program is not one for this.
 */
export async function link(
  program: Uint8Array,
  { output, arch, payload }: LinkOptions,
): Promise<void> {
  const elf = parseProgram(program, arch);
  const find = libraryFinder(await libraryFolders(arch));
  const bytes = patch(elf, {
    ...await collectLibraries(elf, arch, find),
    code: await launcherCode(arch),
    ...(payload && { payload }),
  }, arch);
  // The old file may be running.
  const draft = await Deno.makeTempFile({ dir: dirname(resolve(output)) });
  await Deno.writeFile(draft, bytes);
  await Deno.chmod(draft, 0o755);
  await Deno.rename(draft, output);
}
