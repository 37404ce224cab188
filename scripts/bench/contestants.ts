/**
 * Who is measured: krakend-watch, and reflex as the old image ran it.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { join } from "@std/path";
import { bundle } from "../bundle.ts";
import { CACHE } from "../paths.ts";
import { say } from "../say.ts";

/** A program that restarts a gateway when its configuration changes. */
export interface Contestant {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const REFLEX = "github.com/cespare/reflex@v0.3.1";

/**
 * krakend-watch as users run it, with its check.
 *
 * @param options More of its options.
 */
export async function krakendWatch(
  gateway: string,
  options: readonly string[] = [],
): Promise<Contestant> {
  return {
    name: "krakend-watch, with its check",
    program: Deno.execPath(),
    args: [
      "run",
      "-A",
      "--no-config",
      await bundle(),
      "--quiet",
      "--krakend",
      gateway,
      ...options,
      "run",
      "-c",
      "krakend.json",
    ],
  };
}

/**
 * reflex with the command line of the old image, without a check.
 *
 * @param patterns What it watches.
 */
export async function reflex(
  gateway: string,
  patterns: readonly string[] = ["-g", "krakend.json"],
): Promise<Contestant> {
  const folder = join(CACHE, "bench");
  const program = join(folder, "reflex");
  if (!await exists(program)) {
    say(`Installing ${REFLEX} (once)`);
    await ensureDir(folder);
    const { success } = await new Deno.Command("go", {
      args: ["install", REFLEX],
      env: { GOBIN: folder },
      stdout: "null",
      stderr: "inherit",
    }).spawn().status;
    if (!success) throw new Error(`Cannot install ${REFLEX}`);
  }
  return {
    name: "reflex 0.3.1, without a check",
    program,
    args: [
      ...patterns,
      "-s",
      "--",
      gateway,
      "run",
      "-c",
      "krakend.json",
    ],
  };
}
