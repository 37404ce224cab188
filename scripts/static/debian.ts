/**
 * Takes files from Debian's packages without installing anything: apt works in
 * a folder of its own, with the sources that this system is configured with.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { join } from "@std/path";
import { CACHE } from "../paths.ts";
import { StaticError } from "./errors.ts";
import type { Package } from "./packages.ts";
import { runTool } from "./tool.ts";

const PACKAGES = join(CACHE, "static", "debian");

/**
 * Unpacks a package, once.
 *
 * @param architecture Debian's name for it, such as `arm64`.
 * @returns The folder that its files are in.
 * @throws {StaticError} If it cannot be had, or is not what it should be.
 */
export async function unpack(
  it: Package,
  architecture: string,
): Promise<string> {
  const folder = join(
    PACKAGES,
    `${it.name}_${it.version.replaceAll(":", "%3a")}_${architecture}`,
  );
  if (await exists(folder)) return folder;
  await ensureDir(PACKAGES);
  const draft = await Deno.makeTempDir({ dir: PACKAGES, prefix: "draft-" });
  try {
    const deb = await download(it, architecture, draft);
    const files = join(draft, "files");
    await extract(deb, files, it.files ?? []);
    await moveInto(files, folder);
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
  return folder;
}

async function extract(
  deb: string,
  target: string,
  files: readonly string[],
): Promise<void> {
  const tar = `${deb}.tar`;
  await ensureDir(target);
  const script = 'dpkg-deb --fsys-tarfile "$0" >"$1" && shift && ' +
    'tar --extract --no-same-owner --file="$0.tar" --directory="$@"';
  const { success, message } = await runTool(
    ["sh", "-c", script, deb, tar, target, ...files],
  );
  if (!success) throw new StaticError(`Cannot unpack ${deb}: ${message}`);
}

/** Somebody else may have put the same there meanwhile. */
async function moveInto(files: string, folder: string): Promise<void> {
  try {
    await Deno.rename(files, folder);
  } catch (error) {
    if (!await exists(folder)) throw error;
  }
}

async function download(
  it: Package,
  architecture: string,
  draft: string,
): Promise<string> {
  const apt = ["apt-get", "-q", ...await privateOptions(architecture, draft)];
  // Sources that do not answer may be others than the one that has the package.
  await runTool([...apt, "update"]);
  const { success, message } = await runTool(
    [...apt, "download", `${it.name}=${it.version}`],
    { cwd: draft },
  );
  const deb = [...Deno.readDirSync(draft)]
    .find(({ name }) => name.endsWith(".deb"));
  if (!success || !deb) throw unavailable(it, architecture, message);
  const path = join(draft, deb.name);
  const sum = await sha256(await Deno.readFile(path));
  if (sum !== it.sha256) {
    throw new StaticError(
      `${deb.name} is not the package that was pinned: its SHA-256 is ${sum}, not ${it.sha256}`,
    );
  }
  return path;
}

/** Nothing of the system's own state is read or written but for its sources and keys. */
async function privateOptions(
  architecture: string,
  draft: string,
): Promise<string[]> {
  const state = join(draft, "state");
  const cache = join(draft, "cache");
  await ensureDir(join(state, "lists", "partial"));
  await ensureDir(join(cache, "archives", "partial"));
  return [
    `Dir::State=${state}`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${cache}`,
    `APT::Architecture=${architecture}`,
    `APT::Architectures::=${architecture}`,
    // The user that downloads otherwise may not write here.
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
  ].flatMap((option) => ["-o", option]);
}

function unavailable(
  it: Package,
  architecture: string,
  message: string,
): StaticError {
  const reason = message.split("\n").at(-1) ?? "";
  return new StaticError(
    `Cannot get Debian's package ${it.name} ${it.version} (${architecture}): ${reason}. ` +
      "Build where apt-get has Debian 12, name a folder of libraries in " +
      "STATIC_LIBRARIES, or pin another version in scripts/static/packages.ts",
  );
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
