/**
 * `krakend check -n`: compares every key of a configuration with the schema
 * that is built into krakend.
 *
 * @module
 */

import { runCheck } from "./check.ts";
import { flagsIn } from "./command.ts";
import { formatOf } from "./config.ts";
import { parseFindings } from "./findings.ts";
import type { Gateway, Source } from "./generation.ts";

const FLAG = "lint-no-network";

/** The outcome of {@linkcode findLintFaults}. */
export interface LintOutcome {
  /** One sentence each. */
  readonly faults: readonly string[];
  /** Why nothing was compared. */
  readonly problem?: string;
}

/** Compares a configuration with the schema. That is about JSON only. */
export async function findLintFaults(
  gateway: Gateway,
  { file, env }: Source,
  signal?: AbortSignal,
): Promise<LintOutcome> {
  if (formatOf(file) !== "json") return { faults: [] };
  const run = (...args: string[]) =>
    runCheck({ ...gateway, args, env }, signal ? { signal } : {});
  // Asked by its help, as a failure may mean anything.
  const help = await run("check", "--help");
  if (help.kind !== "impossible" && !flagsIn(help.output).has(FLAG)) {
    const problem = `this krakend cannot lint: check --help lists no --${FLAG}`;
    return { faults: [], problem };
  }
  const lint = await run("check", `--${FLAG}`, "-c", file);
  switch (lint.kind) {
    case "accepted":
      return { faults: [] };
    case "impossible":
      return { faults: [], problem: lint.reason };
    case "refused":
      return { faults: parseFindings(lint.output) };
  }
}
