/**
 * What is wrong with YAML or TOML, and where.
 *
 * @module
 */

import { parse as parseToml } from "@std/toml";
import { parse as parseYaml } from "@std/yaml";
import type { Fault } from "./fault.ts";

/** How @std writes positions into its messages; the column of TOML counts from 0 (as it finds it). */
const POSITIONS = {
  yaml: /^(?<message>.*?) at line (?<line>\d+), column (?<column>\d+):/,
  toml:
    /^Parse error on line (?<line>\d+), column (?<column>\d+): (?<message>.*)/,
};

/** Finds the first fault; undefined if there is none, or none that has a place. */
export function findYamlTomlFault(
  text: string,
  format: "yaml" | "toml",
): Fault | undefined {
  try {
    if (format === "yaml") parseYaml(text);
    else parseToml(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return undefined;
    const { groups } = POSITIONS[format].exec(error.message) ?? {};
    const { line, column, message = "" } = groups ?? {};
    if (!line || !column) return undefined;
    // Some sentences quote what they are about, which may be a secret.
    const sentence = message.replaceAll(
      / on line '[^']*'?|"[^"]*"|'[^']*'/g,
      "",
    )
      .trim();
    return {
      offset: offsetOf(text, Number(line), Math.max(1, Number(column))),
      length: 1,
      message: sentence.charAt(0).toLowerCase() + sentence.slice(1),
    };
  }
}

/** The offset of a line and a column, both counted from 1; the end of the line for one that is behind it. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1);
  const length = lines[line - 1]?.length ?? 0;
  const start = before.reduce((sum, it) => sum + it.length + 1, 0);
  return Math.min(text.length, start + Math.min(column - 1, length));
}
