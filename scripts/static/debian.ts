/**
 * Takes files from Debian's packages without installing anything: apt works in
 * a folder of its own, with the sources that this system is configured with.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { basename, join } from "@std/path";
import { CACHE } from "../paths.ts";
import { say } from "../say.ts";
import { StaticError } from "./errors.ts";
import type { Package } from "./packages.ts";
import { runTool } from "./tool.ts";

const PACKAGES = join(CACHE, "static", "debian");

/**
 * Unpacks packages, once. In place of one that has left the archive, the newest
 * of the same release is taken; {@linkcode unpackedVersion} has its version.
 *
 * @param architecture Debian's name for it, such as `arm64`.
 * @returns The folders that their files are in.
 * @throws {StaticError} If one cannot be had, or is not what it should be.
 */
export async function unpack(
  packages: readonly Package[],
  architecture: string,
): Promise<string[]> {
  const folders = new Map(
    packages.map((it) => [it, folderOf(it, architecture)]),
  );
  const missing: Package[] = [];
  for (const [it, folder] of folders) {
    if (!await exists(folder)) missing.push(it);
  }
  if (missing.length > 0) await fetchInto(folders, missing, architecture);
  return [...folders.values()];
}

function folderOf(it: Package, architecture: string): string {
  const version = it.version.replaceAll(":", "%3a");
  return join(PACKAGES, `${it.name}_${version}_${architecture}`);
}

/**
 * Returns the version of a package that {@linkcode unpack} has taken.
 *
 * @param folder The folder with its files.
 */
export async function unpackedVersion(folder: string): Promise<string> {
  const [, version = ""] = basename(await Deno.realPath(folder)).split("_");
  return version;
}

async function fetchInto(
  folders: ReadonlyMap<Package, string>,
  packages: readonly Package[],
  architecture: string,
): Promise<void> {
  await ensureDir(PACKAGES);
  const draft = await Deno.makeTempDir({ dir: PACKAGES, prefix: "draft-" });
  try {
    const apt = ["apt-get", "-q", ...await privateOptions(architecture, draft)];
    // Sources that do not answer may be others than the one that has the packages.
    await runTool([...apt, "update"]);
    for (const it of packages) {
      const { deb, version } = await download(it, { apt, architecture, draft });
      const files = join(draft, it.name);
      await extract(deb, files, it.files ?? []);
      const folder = folderOf({ ...it, version }, architecture);
      await moveInto(files, folder);
      if (version === it.version) continue;
      const link = join(draft, "link");
      await Deno.symlink(basename(folder), link);
      await Deno.rename(link, folders.get(it) ?? "");
    }
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
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

/** Another process may have put the same there meanwhile. */
async function moveInto(files: string, folder: string): Promise<void> {
  try {
    await Deno.rename(files, folder);
  } catch (error) {
    if (!await exists(folder)) throw error;
  }
}

/** Where and how to download. */
interface Download {
  /** The command, with its options. */
  readonly apt: readonly string[];
  readonly architecture: string;
  readonly draft: string;
}

/** Returns the path of the .deb, and its version. */
async function download(
  it: Package,
  { apt, architecture, draft }: Download,
): Promise<{ deb: string; version: string }> {
  const get = (version: string) =>
    runTool([...apt, "download", `${it.name}=${version}`], { cwd: draft });
  let { version } = it;
  let { success, message } = await get(version);
  if (!success) {
    const [, ...options] = apt;
    const list = ["apt-cache", ...options, "show", it.name];
    const { output } = await runTool(list);
    const versions = [...output.matchAll(/^Version: (.+)$/gm)]
      .map(([, version = ""]) => version);
    version = newestOfRelease(it.version, versions) ?? version;
    if (version !== it.version) {
      say(`${it.name} ${it.version} has left the archive: ${version} is used`);
      ({ success, message } = await get(version));
    }
  }
  const deb = [...Deno.readDirSync(draft)].find(({ name }) =>
    name.startsWith(`${it.name}_`) && name.endsWith(".deb")
  );
  if (!success || !deb) throw unavailable(it, architecture, message);
  const path = join(draft, deb.name);
  const sum = await sha256(await Deno.readFile(path));
  // Of another version, apt has verified the signature of the archive.
  if (version === it.version && sum !== it.sha256) {
    throw new StaticError(
      `${deb.name} is not the package that was pinned: its SHA-256 is ${sum}, not ${it.sha256}`,
    );
  }
  return { deb: path, version };
}

/**
 * Finds the newest version that differs from a pinned one by Debian's own
 * updates only, such as `2.36-9+deb12u15` for `2.36-9+deb12u14`.
 */
export function newestOfRelease(
  pinned: string,
  versions: readonly string[],
): string | undefined {
  const release = pinned.replace(/\d+$/, "");
  const updates = versions.filter((it) => it.startsWith(release))
    .map((it) => Number(it.slice(release.length)))
    .filter(Number.isInteger);
  if (updates.length === 0) return undefined;
  return `${release}${Math.max(...updates)}`;
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
    `Debian 12's package ${it.name} ${it.version} (${architecture}) cannot be had here (${reason}): ` +
      "build with Docker, docker build -f Dockerfile.alpine --target file --output . .",
  );
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
