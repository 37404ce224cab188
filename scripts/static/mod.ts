/**
 * The static step: turns a program that needs glibc into a file that needs
 * nothing but the kernel.
 *
 * @module
 */

import type { Arch } from "./architecture.ts";
import { StaticError } from "./errors.ts";
import type { FindLibrary } from "./libraries.ts";
import { link } from "./link.ts";
import { parseProgram } from "./patch.ts";
import { cliPayload } from "./payload.ts";

export { type Arch, StaticError };

/** Options for {@linkcode makeStatic}. */
export interface MakeStaticOptions {
  /** The path of the program: Deno's runtime, or what `deno compile` has made. */
  input: string;
  /** The path of the new file. It may be that of the input. */
  output: string;
  /** What the program was made for. */
  arch: Arch;
  /** The path of a bundle that the program, a Deno CLI, is to run as if it were that itself. */
  payload?: { bundle: string };
  /** Where libraries are found. Default: STATIC_LIBRARIES, else Debian's packages. */
  find?: FindLibrary;
}

/**
 * Makes a program static.
 *
 * @throws {StaticError} If that cannot be done here, or not with this program: the message tells why.
 */
export async function makeStatic(options: MakeStaticOptions): Promise<void> {
  const { input, output, arch, payload } = options;
  const bytes = await Deno.readFile(input);
  await link({
    program: parseProgram(bytes, arch),
    output,
    arch,
    ...(options.find && { find: options.find }),
    ...(payload && { payload: await cliPayload(payload.bundle) }),
  });
}
