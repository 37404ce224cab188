/**
 * Gives a program that has been made static other libraries, and the launcher
 * as it is now: for users who want a glibc of their own in it.
 *
 *     STATIC_LIBRARIES=FOLDER deno run -A scripts/static/relink.ts FILE OUTPUT
 *
 * @module
 */

import { say } from "../say.ts";
import { type Arch, ARCHITECTURES } from "./architecture.ts";
import { parseElf } from "./elf.ts";
import { StaticError } from "./errors.ts";
import { link } from "./mod.ts";
import { unpatch } from "./patch.ts";

/**
 * Exchanges the libraries of a static program.
 *
 * @throws {StaticError} If it is none, or the libraries or the launcher cannot be had.
 */
export async function relink(input: string, output: string): Promise<void> {
  const { bytes, payload } = unpatch(await Deno.readFile(input));
  await link(bytes, {
    output,
    arch: archOf(parseElf(bytes).machine),
    payload,
  });
}

function archOf(machine: number): Arch {
  if (machine === ARCHITECTURES.x86_64.machine) return "x86_64";
  if (machine === ARCHITECTURES.aarch64.machine) return "aarch64";
  throw new StaticError(`there is no launcher for the machine ${machine}`);
}

async function main([input, output]: readonly string[]): Promise<number> {
  if (!input || !output) {
    say("Usage: relink.ts FILE OUTPUT");
    return 2;
  }
  try {
    await relink(input, output);
    return 0;
  } catch (error) {
    if (!(error instanceof StaticError)) throw error;
    say(`Cannot give ${input} other libraries: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
