/**
 * The command line of the build.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../../lib/errors.ts";
import { type Target, targetOf, TARGETS } from "./targets.ts";

/** What to run the program on: Deno's runtime for compiled programs, or all of Deno. */
export type Runtime = "denort" | "cli";

const RUNTIMES: readonly Runtime[] = ["denort", "cli"];

/** What to build. */
export interface BuildArguments {
  readonly targets: readonly Target[];
  /** Whether the targets were asked for by name: then none of them may be skipped. */
  readonly areNamed: boolean;
  /** The only runtime to use; undefined for denort and, where it cannot be had, the CLI. */
  readonly runtime: Runtime | undefined;
}

/**
 * Reads the command line of the build.
 *
 * @throws {UsageError} If it asks for what there is not.
 */
export function readArguments(words: readonly string[]): BuildArguments {
  const { target, runtime } = parseArgs(words, {
    string: ["target", "runtime"],
    collect: ["target"],
    unknown: refuse,
  });
  const names = target as string[];
  return {
    targets: names.length > 0 ? [...new Set(names.map(targetOf))] : TARGETS,
    areNamed: names.length > 0,
    runtime: readRuntime(runtime as string | undefined),
  };
}

function readRuntime(text: string | undefined): Runtime | undefined {
  if (text === undefined) return undefined;
  const runtime = RUNTIMES.find((it) => it === text);
  if (runtime) return runtime;
  throw new UsageError(
    `Unknown runtime "${text}": there are ${RUNTIMES.join(", ")}`,
  );
}

function refuse(word: string): never {
  throw new UsageError(
    `Unknown argument "${word}": the build takes --target NAME and --runtime NAME`,
  );
}
