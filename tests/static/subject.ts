/**
 * Programs that the static step has made, kept in the cache until something
 * that they are made of changes.
 *
 * @module
 */

import { ensureDir, exists, walk } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { findCompiler } from "../../scripts/static/compiler.ts";
import { type Arch, makeStatic } from "../../scripts/static/mod.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { CACHE } from "../../scripts/paths.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));
const STATIC_STEP = fromFileUrl(
  new URL("../../scripts/static/", import.meta.url),
);

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
export async function runtime(): Promise<Subject> {
  const plain = Deno.execPath();
  const path = await cached(
    "deno",
    (output) => makeStatic({ input: plain, output, arch: Deno.build.arch }),
  );
  return { plain, path };
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
        payload: { bundle: join(HERE, name) },
      }),
  );
}

let cacheFolder: Promise<string> | undefined;

async function cached(
  name: string,
  make: (target: string) => Promise<void>,
): Promise<string> {
  cacheFolder ??= openCache();
  const target = join(await cacheFolder, name);
  if (await exists(target)) return target;
  // Several files of tests may make the same at the same time.
  const draft = `${target}.${crypto.randomUUID()}`;
  await make(draft);
  await Deno.rename(draft, target);
  return target;
}

/** The folder for what is made of the files as they are now; what was made before is removed. */
async function openCache(): Promise<string> {
  const parent = join(CACHE, "static", "tests");
  const folder = join(parent, await sourceHash());
  await ensureDir(folder);
  for await (const { name } of Deno.readDir(parent)) {
    const other = join(parent, name);
    if (other !== folder) await removeIfThere(other);
  }
  return folder;
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function sourceHash(): Promise<string> {
  const texts = [Deno.version.deno, Deno.execPath()];
  const isSource = /\.(c|h|S|ld|ts|js)$/;
  for (const folder of [STATIC_STEP, HERE]) {
    for await (const { path, isFile } of walk(folder)) {
      const counts = isFile && isSource.test(path) && !/_test\.ts$/.test(path);
      if (counts) texts.push(`${path}\n${await Deno.readTextFile(path)}`);
    }
  }
  const bytes = new TextEncoder().encode(texts.sort().join("\n"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 12);
}
