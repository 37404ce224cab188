/**
 * The programs of these tests that are written in C, compiled once.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, fromFileUrl, join } from "@std/path";
import { CACHE } from "../../scripts/paths.ts";
import type { Arch } from "../../scripts/static/architecture.ts";
import { findCompiler } from "../../scripts/static/compiler.ts";
import { runTool } from "../../scripts/static/tool.ts";

const SOURCE = fromFileUrl(new URL("./", import.meta.url));

/** Compiles a program of this folder, static for other architectures than ours, and returns its path. */
export async function compileProgram(
  name: "probe" | "confine",
  arch: Arch = Deno.build.arch,
): Promise<string> {
  const source = join(SOURCE, `${name}.c`);
  const text = await Deno.readFile(source);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text))
    .toHex().slice(0, 12);
  const path = join(CACHE, "keeper", "tests", `${name}-${arch}-${hash}`);
  if (await exists(path)) return path;
  await ensureDir(dirname(path));
  const isOurs = arch === Deno.build.arch;
  const { command, env } = await findCompiler(arch);
  // zig links statically with musl only.
  const words = command.map((word) =>
    isOurs ? word : word.replace(/^(\w+-linux)-gnu$/, "$1-musl")
  );
  // Tests that run in parallel share their process id.
  const draft = await Deno.makeTempFile({ dir: dirname(path) });
  const { success, message } = await runTool(
    [...words, "-O1", ...(isOurs ? [] : ["-static"]), "-o", draft, source],
    env ? { env } : {},
  );
  if (!success) throw new Error(`Cannot compile ${name}: ${message}`);
  await Deno.rename(draft, path);
  return path;
}

/** The numbers of system calls on this machine; names that it does not have are passed over. */
export async function systemCallNumbers(
  names: readonly string[],
): Promise<string[]> {
  const { command, env } = await findCompiler(Deno.build.arch);
  const { success, output, message } = await runTool(
    [
      ...command,
      "-E",
      "-dM",
      "-x",
      "c",
      "-include",
      "asm/unistd.h",
      "/dev/null",
    ],
    env ? { env } : {},
  );
  if (!success) throw new Error(`Cannot list the system calls: ${message}`);
  const numbers = new Map(
    [...output.matchAll(/^#define __NR_(\w+) (\d+)$/gm)]
      .map(([, name, number]) => [name, number]),
  );
  return names.flatMap((name) => numbers.get(name) ?? []);
}

/** The system calls that Docker's default seccomp profile allows without more capabilities than it gives. */
export async function dockerDefaultCalls(): Promise<string[]> {
  const text = await Deno.readTextFile(join(SOURCE, "docker_default.txt"));
  return text.trim().split(/\s+/);
}
