/**
 * Makes the file of one target.
 *
 * @module
 */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { writeBundle } from "../bundle.ts";
import { makeStatic } from "../static/mod.ts";
import { runTool } from "../static/tool.ts";
import type { Runtime } from "./arguments.ts";
import { fetchDenoCli } from "./deno_cli.ts";
import { compile } from "./denort.ts";
import { licensesText } from "./licenses.ts";
import type { Target } from "./targets.ts";
import { StaticError, Unavailable } from "../static/errors.ts";

/** What became of a target. */
export type Made =
  | { readonly path: string }
  | { readonly skipped: string };

/** Options for {@linkcode make}. */
export interface MakeOptions {
  /** The folder that the file goes to. */
  readonly folder: string;
  /** The only runtime to use; undefined for denort and, where it cannot be had, the CLI. */
  readonly runtime: Runtime | undefined;
  /** The path of denort. Default: DENORT_BIN, else deno gets it. */
  readonly denort?: string;
  /** Called with what is worth saying. */
  readonly say: (text: string) => void;
}

/** Makes the file of a target, or says why it cannot be made here. */
export async function make(
  target: Target,
  { folder, runtime, denort, say }: MakeOptions,
): Promise<Made> {
  // What is left of an older build must not pass for the result of this one.
  const path = join(folder, target.file);
  const place = { target, path, denort };
  await Deno.remove(path).catch(ignoreNotFound);
  await ensureDir(folder);
  try {
    if (runtime) return await makeOn(runtime, place);
    try {
      return await makeOn("denort", place);
    } catch (error) {
      // Without libraries, there is no other runtime either.
      const isFinal = error instanceof StaticError || !target.staticArch;
      if (!(error instanceof Unavailable) || isFinal) throw error;
      say(`${target.name}: all of Deno is its runtime (${error.message})`);
      return await makeOn("cli", place);
    }
  } catch (error) {
    if (error instanceof Unavailable) return { skipped: error.message };
    throw error;
  }
}

interface Place {
  readonly target: Target;
  /** The path of the file to write. */
  readonly path: string;
  readonly denort: string | undefined;
}

async function makeOn(runtime: Runtime, place: Place): Promise<Made> {
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-build-" });
  try {
    // A file is whole or not there.
    const draft = join(folder, place.target.file);
    const work = { ...place, folder, draft };
    await (runtime === "denort" ? makeOnDenort(work) : makeOnCli(work));
    await tryOut(draft, place.target);
    await Deno.copyFile(draft, `${place.path}.part`);
    await Deno.rename(`${place.path}.part`, place.path);
    return { path: place.path };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Work extends Place {
  /** A folder for files on the way. */
  readonly folder: string;
  /** The path of the file, before it is put into its place. */
  readonly draft: string;
}

/** Makes sure that a file starts, where that can be seen. */
async function tryOut(path: string, { triple }: Target): Promise<void> {
  if (triple !== Deno.build.target) return;
  const { success, output, message } = await runTool([path, "--version"]);
  if (success && output.startsWith("krakend-watch ")) return;
  const [said] = `${output}${message}`.split("\n");
  throw new Unavailable(
    `what was made does not say the version of krakend-watch, but "${said}"`,
  );
}

async function makeOnDenort(work: Work): Promise<void> {
  const { target, folder, draft, denort } = work;
  const { staticArch } = target;
  const bundled = await bundleFor("denort", { target, folder });
  // The compiled program remembers its name.
  const output = staticArch ? join(folder, "compiled", target.file) : draft;
  await ensureDir(join(output, ".."));
  await compile({ target, bundle: bundled, output, denort });
  if (staticArch) {
    await makeStatic({ input: output, output: draft, arch: staticArch });
  }
}

async function makeOnCli({ target, folder, draft }: Work): Promise<void> {
  const arch = target.staticArch;
  if (!arch) throw new Unavailable("all of Deno as runtime is for Linux only");
  await makeStatic({
    input: await fetchDenoCli(arch),
    output: draft,
    arch,
    bundle: await bundleFor("deno CLI", { target, folder }),
  });
}

async function bundleFor(
  runtime: "denort" | "deno CLI",
  { target, folder }: Pick<Work, "target" | "folder">,
): Promise<string> {
  const isStatic = target.staticArch !== undefined;
  const licenses = await licensesText({ runtime, isStatic });
  const output = join(folder, "krakend-watch.js");
  // In a static file, the keeper is a mode of the file itself.
  const keeper = isStatic ? ["/proc/self/exe", "--keeper"] : [];
  const child = isStatic ? [...keeper, "exec"] : [];
  await writeBundle({ output, build: { runtime, licenses, keeper, child } });
  return output;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
