/**
 * Compiled programs, which run on denort: `deno compile` gets it, or DENORT_BIN names one.
 *
 * @module
 */

import { V8_FLAGS } from "../static/runtime_flags.ts";
import { runTool } from "../static/tool.ts";
import type { Target } from "./targets.ts";
import { Unavailable } from "../static/errors.ts";

/** Options for {@linkcode compile}. */
export interface CompileOptions {
  readonly target: Target;
  /** The path of the bundle. */
  readonly bundle: string;
  /** The path of the program to write. */
  readonly output: string;
  /** The path of denort. Default: DENORT_BIN, else deno gets it. */
  readonly denort?: string | undefined;
}

/**
 * Compiles a bundle. Only the attempt shows whether there is a denort.
 *
 * @throws {Unavailable} If there is none for the target.
 */
export async function compile(options: CompileOptions): Promise<void> {
  const { target, bundle, output, denort } = options;
  // The time gets into the program: the same bundle would give other bytes.
  await Deno.utime(bundle, 0, 0);
  const { success, message } = await runTool(
    [
      Deno.execPath(),
      "compile",
      "--allow-all",
      "--no-config",
      "--no-lock",
      "--no-check",
      "--no-npm",
      "--no-remote",
      // It would be written to the temporary folder of the user.
      "--no-code-cache",
      `--v8-flags=${V8_FLAGS.join(",")}`,
      `--target=${target.triple}`,
      `--output=${output}`,
      bundle,
    ],
    { env: { NO_COLOR: "1", ...(denort && { DENORT_BIN: denort }) } },
  );
  if (!success) throw new Unavailable(`deno compile: ${reasonOf(message)}`);
}

/** Returns what matters of the messages of `deno compile`: the first cause, in one line. */
export function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const cause = lines.filter((line) => /^\d+: /.test(line))
    .map((line) => line.replace(/^\d+: /, ""))
    .find((line) => line !== "Setting up base binary.");
  const error = lines.find((line) => line.startsWith("error:"));
  return cause ?? error?.replace("error: ", "") ?? "it failed without a word";
}
