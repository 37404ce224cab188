/**
 * What a gateway says about its own end.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { withoutSecrets } from "../secrets.ts";

/** How the lines begin or what they hold that tell why a gateway cannot run, the surest first (lura, Go). */
const FAULTS = [
  /^panic: /,
  /^fatal error: /,
  /\b(CRITICAL|FATAL)\b/,
  /\bERROR\b/,
];

/** The most of a line that is shown, in characters. */
const LONGEST_LINE = 500;

/**
 * Finds the line of a gateway's log that tells why it left: the last one of
 * the worst kind, or else the last one at all.
 *
 * @returns Undefined if it said nothing.
 */
export function findLastWords(lines: readonly string[]): string | undefined {
  // A secret may be longer than a line.
  const text = withoutSecrets(lines.map((it) => stripAnsiCode(it)).join("\n"));
  const plain = text.split("\n").map((line) => line.trim());
  const found = FAULTS
    .map((fault) => plain.findLast((line) => fault.test(line)))
    .find((line) => line !== undefined) ?? plain.at(-1);
  return found?.slice(0, LONGEST_LINE) || undefined;
}
