/**
 * The C compiler that is there, and programs that need no libc.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, fromFileUrl, join } from "@std/path";
import { CACHE } from "../paths.ts";
import { type Arch, ARCHITECTURES } from "./architecture.ts";
import { StaticError } from "./errors.ts";
import { runTool } from "./tool.ts";

const REQUIREMENTS = fromFileUrl(
  new URL("./requirements.txt", import.meta.url),
);
const ZIG = join(CACHE, "static", "ziglang-0.15.2");
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
/** Linked as if it had an address: nothing is left to relocate. */
const LINKER_FLAGS = [
  "-nostdlib",
  "-static",
  "-no-pie",
  "-Wl,--build-id=none",
  "-Wl,-z,noexecstack",
];
/** gcc would make memcpy() of the loop in memcpy(). */
const GCC_FLAGS = ["-fpie", "-fno-tree-loop-distribute-patterns"];
/** zig checks for undefined behaviour, with the help of a library; and what links without PIE gets no code for it. */
const ZIG_FLAGS = ["-fPIC", "-fno-sanitize=all"];

/** A command that compiles for one architecture. */
export interface Compiler {
  readonly command: readonly string[];
  readonly env?: Record<string, string>;
}

/** Where no gcc is: compilers for several architectures may be wanted at the same time. */
let zigInstallation: Promise<string | undefined> | undefined;

/** What {@linkcode compile} makes of what. */
export interface CompileOptions {
  readonly arch: Arch;
  readonly compiler: Compiler;
  /** The paths of files of C and assembler. */
  readonly sources: readonly string[];
  /** The path of the linker's script. */
  readonly script: string;
  /** The path of the program to write. */
  readonly output: string;
}

/** Returns the paths of the C files of a folder, in order. */
export function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
    .filter((path) => path.endsWith(".c")).sort();
}

/**
 * Makes a program that needs no libc.
 *
 * @throws {StaticError} If the compiler fails.
 */
export async function compile(
  { arch, compiler, sources, script, output }: CompileOptions,
): Promise<void> {
  const flags = [...ARCHITECTURES[arch].compilerFlags, ...COMPILER_FLAGS];
  const cwd = await Deno.makeTempDir({ dir: dirname(output) });
  const run = async (...args: readonly string[]) => {
    const { command, env } = compiler;
    const { success, message } = await runTool([...command, ...args], {
      cwd,
      ...(env && { env }),
    });
    if (!success) throw new StaticError(`Cannot compile: ${message}`);
  };
  try {
    // In a step of its own: zig has the kernel's headers only for what it does not link without a libc.
    await run(...flags, "-c", ...sources);
    const objects = [...Deno.readDirSync(cwd)].map(({ name }) => name).sort();
    await run(...LINKER_FLAGS, `-Wl,-T,${script}`, "-o", output, ...objects);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/**
 * The first that is there: gcc, zig, zig from PyPI, zig from PyPI put into the cache.
 *
 * @throws {StaticError} If there is none.
 */
export async function findCompiler(arch: Arch): Promise<Compiler> {
  const { triplet } = ARCHITECTURES[arch];
  const gccs = [
    ...(Deno.build.target === `${arch}-unknown-linux-gnu` ? ["gcc"] : []),
    `${triplet}-gcc`,
  ];
  for (const gcc of gccs) {
    const compiler = { command: [gcc, ...GCC_FLAGS] };
    if (await works(compiler)) return compiler;
  }
  return await findZig(arch);
}

/**
 * The first zig that is there.
 *
 * @throws {StaticError} If there is none, and none can be had.
 */
export async function findZig(arch: Arch): Promise<Compiler> {
  const { triplet } = ARCHITECTURES[arch];
  const flags = ["cc", "-target", triplet, ...ZIG_FLAGS];
  const ofPython = { command: ["python3", "-m", "ziglang", ...flags] };
  for (const compiler of [{ command: ["zig", ...flags] }, ofPython]) {
    if (await works(compiler)) return compiler;
  }
  const own = { ...ofPython, env: { PYTHONPATH: ZIG } };
  zigInstallation ??= installZig();
  const failure = await zigInstallation;
  if (!failure && await works(own)) return own;
  throw new StaticError(
    `There is no C compiler for ${arch}: install ${triplet}-gcc, or zig ` +
      `(pip install ziglang); zig from PyPI: ${failure ?? "it does not run"}`,
  );
}

async function works({ command, env }: Compiler): Promise<boolean> {
  const { success } = await runTool(
    [...command, "--version"],
    env ? { env } : {},
  );
  return success;
}

/** Returns why it failed, undefined if it did not. */
async function installZig(): Promise<string | undefined> {
  if (await exists(ZIG)) return undefined;
  await ensureDir(join(ZIG, ".."));
  const draft = `${ZIG}.${crypto.randomUUID()}`;
  const pip = await runTool([
    "python3",
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "--target",
    draft,
    "--requirement",
    REQUIREMENTS,
  ]);
  if (!pip.success) return pip.message.split("\n").at(-1);
  try {
    await Deno.rename(draft, ZIG);
  } catch (error) {
    if (!await exists(ZIG)) throw error;
    await Deno.remove(draft, { recursive: true });
  }
  return undefined;
}
