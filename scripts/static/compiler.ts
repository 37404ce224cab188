/**
 * Compiles the launcher, with the C compiler that is there.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { CACHE } from "../paths.ts";
import { type Arch, ARCHITECTURES } from "./architecture.ts";
import { parseElf, sectionOf } from "./elf.ts";
import { StaticError } from "./errors.ts";
import { runTool } from "./tool.ts";

/** Where the source of the launcher is. */
export const LAUNCHER_SOURCE = fromFileUrl(
  new URL("./launcher/", import.meta.url),
);

const REQUIREMENTS = fromFileUrl(
  new URL("./requirements.txt", import.meta.url),
);
const ZIG = join(CACHE, "static", "ziglang-0.15.2");
const FLAGS = [
  "-std=gnu11",
  "-Os",
  "-Wall",
  "-ffreestanding",
  "-nostdlib",
  // Linked as if it had an address: nothing is left to relocate.
  "-static",
  "-no-pie",
  "-fno-stack-protector",
  "-fno-asynchronous-unwind-tables",
  "-fno-jump-tables",
  "-Wl,-T,launcher.ld",
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

/** Where no gcc is: the launcher of several architectures may be wanted at the same time. */
let zigInstallation: Promise<string | undefined> | undefined;

const compiled = new Map<Arch, Promise<Uint8Array>>();

/**
 * The launcher's code, compiled once per process.
 *
 * @throws {StaticError} If there is no compiler for the architecture, or it fails.
 */
export function compileLauncher(arch: Arch): Promise<Uint8Array> {
  let code = compiled.get(arch);
  if (!code) {
    code = findCompiler(arch).then((it) => compile(arch, LAUNCHER_SOURCE, it));
    compiled.set(arch, code);
  }
  return code;
}

/**
 * Compiles the launcher from a folder.
 *
 * @throws {StaticError} If the compiler fails.
 */
export async function compile(
  arch: Arch,
  source: string,
  { command, env }: Compiler,
): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "launcher-" });
  const target = join(folder, "launcher");
  try {
    const sources = [...Deno.readDirSync(source)].map(({ name }) => name)
      .filter((name) => name.endsWith(".c")).sort();
    const { success, message } = await runTool([
      ...command,
      ...ARCHITECTURES[arch].compilerFlags,
      ...FLAGS,
      "-o",
      target,
      `entry_${arch}.S`,
      ...sources,
    ], { cwd: source, ...(env && { env }) });
    if (!success) {
      throw new StaticError(`Cannot compile the launcher: ${message}`);
    }
    const image = sectionOf(parseElf(await Deno.readFile(target)), ".image");
    if (!image) throw new StaticError("The launcher has no .image");
    return image;
  } finally {
    await Deno.remove(folder, { recursive: true });
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
  const draft = `${ZIG}.${Deno.pid}`;
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
