/**
 * Warns of environment variables that would be overlooked in silence.
 *
 * @module
 */

import { findUnknownVariables } from "./options/environment.ts";
import type { Reporter } from "./report.ts";

/** Warns of variables that look like options and are none. */
export function warnOfUnknownVariables(
  env: Readonly<Record<string, string>>,
  report: Reporter,
): void {
  for (const { variable, nearest } of findUnknownVariables(env)) {
    const hint = nearest ? `did you mean ${nearest}?` : "see --help=all";
    report.warn(`${variable} stands for no option: ${hint}`, {
      event: "unknown_variable",
      variable,
    });
  }
}
