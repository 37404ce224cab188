/**
 * What the tests of the image need of the machine.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { CACHE } from "../../scripts/paths.ts";
import { say } from "../../scripts/say.ts";

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
  const mayMount = await run(["unshare", "--mount", "--pid", "--fork", "true"]);
  if (!mayMount.success) {
    throw new Lacking(`unshare is refused: ${mayMount.stderr.trim()}`);
  }
  if ((await run(["buildah", "--version"])).success) return;
  say("Installing buildah, to build an image for tests");
  // Between an update and an install, lists may be gone: a second try is not worth it.
  await run(["apt-get", "update", "-qq"]);
  const install = ["apt-get", "install", "-qq", "--no-install-recommends"];
  const { success, stderr } = await run([...install, "--yes", "buildah"]);
  if (success) return;
  throw new Lacking(`there is no buildah: ${stderr.trim().split("\n").at(-1)}`);
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
    const got = await run(["apt-get", "download", "-qq", ...PACKAGES], draft);
    if (!got.success) {
      throw new Lacking(
        `there is no musl or busybox: ${got.stderr.trim().split("\n").at(-1)}`,
      );
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

/** What a program has printed. */
export interface Output {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, which may be missing, to its end. */
export async function run(
  [program = "", ...args]: readonly string[],
  cwd?: string,
): Promise<Output> {
  try {
    const output = await new Deno.Command(program, {
      args,
      ...(cwd !== undefined && { cwd }),
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return {
      success: output.success,
      stdout: decoder.decode(output.stdout),
      stderr: decoder.decode(output.stderr),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, stdout: "", stderr: `there is no ${program}` };
  }
}

/** Runs a program that must succeed, and returns what it printed. */
export async function mustRun(
  command: readonly string[],
  cwd?: string,
): Promise<string> {
  const { success, stdout, stderr } = await run(command, cwd);
  if (success) return stdout;
  throw new Error(`"${command.join(" ")}" failed: ${stderr}`);
}
