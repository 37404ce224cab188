/**
 * nfpm, which writes packages of other systems: built once, from its Go module.
 *
 * @see https://nfpm.goreleaser.com
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, join } from "@std/path";
import type { PACKAGE_FORMATS } from "../build/targets.ts";
import { CACHE } from "../paths.ts";
import { say } from "../say.ts";
import { Unavailable } from "../static/errors.ts";
import { runTool } from "../static/tool.ts";

/** The last version that Go 1.25 builds. */
const MODULE = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2";

/** A format of packages. */
export type Format = typeof PACKAGE_FORMATS[number];

/**
 * Builds nfpm, unless it is in the cache.
 *
 * @returns The path of the program.
 * @throws {Unavailable} If there is no Go, or it fails.
 */
export async function findNfpm(): Promise<string> {
  const path = join(CACHE, "nfpm", MODULE.replace(/.*@/, ""), "nfpm");
  if (await exists(path)) return path;
  say("Building nfpm from its Go module (once, about a minute)");
  await ensureDir(dirname(path));
  // Several may build it at the same time.
  const draft = await Deno.makeTempDir({ dir: dirname(path) });
  try {
    const { success, message } = await runTool(["go", "install", MODULE], {
      env: { GOBIN: draft, CGO_ENABLED: "0" },
    });
    if (!success) {
      const reason = message.split("\n").at(-1) ?? "";
      throw new Unavailable(
        `nfpm, which writes packages, cannot be built: ${reason}; install Go 1.25 or later`,
      );
    }
    await Deno.rename(join(draft, "nfpm"), path);
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
  return path;
}

/**
 * Writes a package.
 *
 * @param config What nfpm.yaml can hold.
 * @param output The path of the package.
 * @param time The time that the package and its files have.
 */
export async function writePackage(
  config: Readonly<Record<string, unknown>>,
  format: Format,
  output: string,
  time: Date,
): Promise<void> {
  const nfpm = await findNfpm();
  // JSON is YAML.
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(config));
    const { success, output: printed, message } = await runTool([
      ...[nfpm, "package", "--config", file],
      ...["--packager", format, "--target", output],
    ], { env: { SOURCE_DATE_EPOCH: `${time.getTime() / 1_000}` } });
    if (!success) {
      throw new Error(`nfpm cannot write ${output}: ${printed}${message}`);
    }
  } finally {
    await Deno.remove(file);
  }
}
