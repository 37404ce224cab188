/**
 * Asks `krakend check -n`, which knows every setting, offline.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { CheckSpec } from "./check.ts";
import { formatOf } from "./config.ts";
import { readCheckFlags } from "./features.ts";
import { parseFindings } from "./findings.ts";
import { runCommand } from "./run_command.ts";

const LINT_FLAG = "lint-no-network";

/** Whether a krakend can lint by itself: older ones cannot. Asked by its help, as a failure may mean anything. */
export async function canLint(spec: CheckSpec): Promise<boolean> {
  return (await readCheckFlags(spec)).has(LINT_FLAG);
}

/**
 * Lints a configuration that has passed the check. The schema is about JSON
 * only: of other formats, nothing is found.
 *
 * @param signal Ends it early; the findings then mean nothing.
 * @returns One sentence a finding.
 */
export async function lintConfig(
  spec: CheckSpec,
  signal: AbortSignal,
): Promise<string[]> {
  const { configFile, compiledFile, env, timeoutMs } = spec;
  const linted = env["FC_ENABLE"] ? compiledFile : configFile;
  if (formatOf(linted) !== "json") return [];
  const timeout = AbortSignal.timeout(timeoutMs);
  const name = `krakend check --${LINT_FLAG}`;
  try {
    const { code, output } = await runCommand(
      { ...spec, args: ["check", `--${LINT_FLAG}`, "-c", configFile] },
      AbortSignal.any([signal, timeout]),
    );
    if (timeout.aborted) return [`${name} gave no answer in ${timeoutMs} ms`];
    if (code === 0) return [];
    const findings = parseFindings(output);
    return findings.length > 0
      ? findings
      : [`${name} failed and found nothing (code ${code})`];
  } catch (error) {
    return [`${name}: ${messageOf(error)}`];
  }
}
