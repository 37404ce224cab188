/**
 * What the tests of the image need of the machine.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { CACHE } from "../../scripts/paths.ts";
import { say } from "../../scripts/say.ts";
import { runTool } from "../../scripts/static/tool.ts";

/** A test cannot run on this machine; the message tells why. */
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
  const mount = await runTool([
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "true",
  ]);
  if (!mount.success) {
    throw new Lacking(`unshare is refused: ${reasonIn(mount.message)}`);
  }
  if ((await runTool(["buildah", "--version"])).success) return;
  say("Installing buildah, to build an image for tests");
  await runTool(["apt-get", "update", "-qq"]);
  const { success, message } = await runTool(
    [
      ...["apt-get", "install", "-qq", "--yes", "--no-install-recommends"],
      // Somebody else may be installing something.
      ...["-o", "DPkg::Lock::Timeout=60", "buildah"],
    ],
    { env: { DEBIAN_FRONTEND: "noninteractive" } },
  );
  if (success) return;
  throw new Lacking(`there is no buildah: ${reasonIn(message)}`);
}

/** The packages of Debian that a base image is made of. */
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

/** Runs a program that must succeed, and returns what it printed. */
export async function mustRun(
  command: readonly string[],
  cwd?: string,
): Promise<string> {
  const { success, output, message } = await runTool(command, {
    ...(cwd !== undefined && { cwd }),
  });
  if (success) return output;
  throw new Error(`"${command.join(" ")}" failed: ${message}`);
}

/** What a tool says of its failure, in one line. */
function reasonIn(message: string): string {
  const lines = message.split("\n");
  const errors = lines.filter((line) => /^E:|error/i.test(line));
  return errors.join("; ") || (lines.at(-1) ?? "");
}
