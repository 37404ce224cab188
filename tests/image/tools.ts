/**
 * What the tests of the image need of the machine.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, join } from "@std/path";
import { CACHE } from "../../scripts/paths.ts";
import { say } from "../../scripts/say.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { mustRun, reasonIn, requireInstalled } from "../helpers/tools.ts";

/** A test cannot run on this machine; the message is the reason. */
export class Lacking extends Error {
  override name = "Lacking";
}

/**
 * Makes sure that images can be built and run here. As root on Debian, what is
 * missing is installed.
 *
 * @throws {Lacking} If they cannot.
 */
export async function requireTools(): Promise<void> {
  if (Deno.build.os !== "linux") throw new Lacking("images need Linux");
  if (Deno.uid() !== 0) throw new Lacking("containers need root here");
  const namespace = ["unshare", "--mount", "--pid", "--fork", "true"];
  const mount = await runTool(namespace);
  if (!mount.success) {
    throw new Lacking(`unshare is refused: ${reasonIn(mount.message)}`);
  }
  const programs = { buildah: "buildah", mmdebstrap: "mmdebstrap" };
  const reason = await requireInstalled(programs);
  if (reason) throw new Lacking(reason);
}

/** The packages of Debian that the image of a gateway is made of. */
const PACKAGES = ["musl", "busybox-static"];

/**
 * Unpacks musl and a busybox into a folder that is kept.
 *
 * @returns The path of the folder.
 * @throws {Lacking} If they cannot be had.
 */
export async function unpackMusl(): Promise<string> {
  const folder = join(CACHE, "image", "musl");
  if (await exists(folder)) return folder;
  const draft = await Deno.makeTempDir({ prefix: "krakend-watch-musl-" });
  try {
    const { success, message } = await runTool(
      ["apt-get", "download", "-qq", ...PACKAGES],
      { cwd: draft },
    );
    if (!success) {
      throw new Lacking(`there is no musl or busybox: ${reasonIn(message)}`);
    }
    const root = join(draft, "root");
    for await (const { name } of Deno.readDir(draft)) {
      if (name.endsWith(".deb")) {
        await mustRun(["dpkg-deb", "-x", name, root], draft);
      }
    }
    await mustRun(["rm", "-rf", join(root, "usr")]);
    await mustRun(["mkdir", "-p", join(CACHE, "image")]);
    await mustRun(["cp", "-a", "-T", root, folder]);
    return folder;
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
}

/** Folders that Debian's small image does not have either. */
const WITHOUT = ["doc", "info", "locale", "man"];

/**
 * Makes the files of a small Debian 12, with what the build installs, so that
 * this is fetched once.
 *
 * @returns The path of a .tar that is kept.
 * @throws {Lacking} If they cannot be had.
 */
export async function makeDebian(): Promise<string> {
  const path = join(CACHE, "image", "debian.tar");
  if (await exists(path)) return path;
  say("Making a small Debian for the build of the image (once, half a minute)");
  await ensureDir(dirname(path));
  const draft = `${path}.${Deno.pid}`;
  const { success, message } = await runTool([
    ...["mmdebstrap", "--variant=apt", "--include=gcc,linux-libc-dev"],
    ...WITHOUT.map((it) => `--dpkgopt=path-exclude=/usr/share/${it}/*`),
    ...["--format=tar", "bookworm", draft],
  ]);
  if (!success) throw new Lacking(`there is no Debian: ${reasonIn(message)}`);
  await Deno.rename(draft, path);
  return path;
}
