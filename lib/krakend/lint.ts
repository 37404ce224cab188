/**
 * Asks `krakend check -n`, which knows every setting, offline.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { CheckSpec } from "./check.ts";
import { formatOf } from "./config.ts";
import { parseFindings } from "./findings.ts";
import { runCommand } from "./run_command.ts";

/** How `krakend check --help` names the flag. */
const LINT_FLAG = "--lint-no-network";
/** How long the help may take, in milliseconds. */
const HELP_TIMEOUT_MS = 5_000;

/** Whether a krakend can lint by itself: older ones cannot. Asked by its help, as a failure may mean anything. */
export async function canLint(spec: CheckSpec): Promise<boolean> {
  try {
    const { output } = await runCommand(
      { ...spec, args: ["check", "--help"] },
      AbortSignal.timeout(HELP_TIMEOUT_MS),
    );
    return output.includes(LINT_FLAG);
  } catch {
    return false;
  }
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
  if (formatOf(spec.configFile) !== "json") return [];
  try {
    const { code, output } = await runCommand(
      { ...spec, args: ["check", LINT_FLAG, "-c", spec.configFile] },
      AbortSignal.any([signal, AbortSignal.timeout(spec.timeoutMs)]),
    );
    if (code === 0) return [];
    const findings = parseFindings(output);
    return findings.length > 0
      ? findings
      : [`krakend check ${LINT_FLAG} failed and found nothing (code ${code})`];
  } catch (error) {
    return [`krakend check ${LINT_FLAG}: ${messageOf(error)}`];
  }
}
