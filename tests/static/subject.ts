/**
 * Programs that the static step has made, kept in the cache until something
 * that they are made of changes.
 *
 * @module
 */

import { ensureDir, exists, walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { sha256Of } from "../../scripts/build/checksums.ts";
import { make } from "../../scripts/build/make.ts";
import { TARGETS } from "../../scripts/build/targets.ts";
import { CACHE, ROOT } from "../../scripts/paths.ts";
import { findCompiler } from "../../scripts/static/compiler.ts";
import { Unavailable } from "../../scripts/static/errors.ts";
import { type Arch, makeStatic } from "../../scripts/static/mod.ts";
import { runTool } from "../../scripts/static/tool.ts";

const HERE = import.meta.dirname ?? "";

/** What the tests run: the program before and after the static step. */
export interface Subject {
  /** Needs glibc. */
  readonly plain: string;
  /** Needs nothing. */
  readonly path: string;
}

/** The small C program. */
export async function subjectFor(arch: Arch): Promise<Subject> {
  const plain = await cached(`subject-${arch}`, async (target) => {
    const { command, env } = await findCompiler(arch);
    const outcome = await runTool(
      [...command, "-O1", "-pthread", "-o", target, "subject.c"],
      { cwd: HERE, ...(env && { env }) },
    );
    if (!outcome.success) throw new Error(outcome.message);
  });
  const path = await cached(
    `subject-${arch}-static`,
    (output) => makeStatic({ input: plain, output, arch }),
  );
  return { plain, path };
}

/** The runtime that runs the tests. */
export async function runtime(): Promise<string> {
  return await cached(
    "deno",
    (output) =>
      makeStatic({ input: Deno.execPath(), output, arch: Deno.build.arch }),
  );
}

/** The runtime with a script of tests/static, as if that were a program. */
export async function program(name: string): Promise<string> {
  return await cached(
    name,
    (output) =>
      makeStatic({
        input: Deno.execPath(),
        output,
        arch: Deno.build.arch,
        bundle: join(HERE, name),
      }),
  );
}

/**
 * krakend-watch, as the build makes it.
 *
 * @throws {Unavailable} If it cannot be made here.
 */
export async function krakendWatch(arch: Arch): Promise<string> {
  const target = TARGETS.find(({ staticArch }) => staticArch === arch);
  return await cached(target?.file ?? "", async (output) => {
    if (!target) throw new Unavailable(`there is no file for ${arch}`);
    const folder = `${output}.folder`;
    const options = { folder, runtime: undefined, say: () => {} };
    const made = await make(target, options);
    if ("skipped" in made) throw new Unavailable(made.skipped);
    await Deno.rename(made.path, output);
    await Deno.remove(folder, { recursive: true });
  });
}

let cacheFolder: Promise<string> | undefined;

/** Where what was made of other sources is of no use any more: nothing runs for so long, in milliseconds. */
const KEPT_MS = 3_600_000;

/** Returns the path of what was made of the sources as they are; files of tests that run side by side wait for each other. */
async function cached(
  name: string,
  make: (target: string) => Promise<void>,
): Promise<string> {
  cacheFolder ??= openCache();
  const target = join(await cacheFolder, name);
  using lock = await Deno.open(`${target}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await exists(target)) return target;
  const [draft, copy] = [`${target}.draft`, `${target}.copy`];
  await make(draft);
  // A file that this process has written may still be open in a child that another test is starting: nothing could run it.
  await runTool(["cp", draft, copy]);
  await Deno.remove(draft);
  await Deno.rename(copy, target);
  return target;
}

/** The folder for what is made of the sources as they are; older ones are removed. */
async function openCache(): Promise<string> {
  const folder = join(CACHE, "static", "tests", await sourceHash());
  await ensureDir(folder);
  for (const { name } of Deno.readDirSync(dirname(folder))) {
    const other = join(dirname(folder), name);
    const { mtime } = await Deno.stat(other);
    if (Date.now() - (mtime?.getTime() ?? 0) < KEPT_MS) continue;
    await Deno.remove(other, { recursive: true });
  }
  return folder;
}

async function sourceHash(): Promise<string> {
  const texts = [Deno.version.deno, Deno.execPath()];
  const options = {
    exts: [".c", ".h", ".S", ".ld", ".ts", ".js", ".json"],
    skip: [/_test\.ts$/],
    includeDirs: false,
  };
  for (const folder of ["lib", "scripts", relative(ROOT, HERE)]) {
    for await (const { path } of walk(join(ROOT, folder), options)) {
      texts.push(`${path}\n${await Deno.readTextFile(path)}`);
    }
  }
  for (const name of ["main.ts", "deno.json"]) {
    texts.push(await Deno.readTextFile(join(ROOT, name)));
  }
  const bytes = new TextEncoder().encode(texts.sort().join("\n"));
  return (await sha256Of(bytes)).slice(0, 12);
}
