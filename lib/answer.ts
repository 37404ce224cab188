/**
 * Answers questions about krakend-watch itself.
 *
 * @module
 */

import { completionsText } from "./completions.ts";
import type { Options } from "./options.ts";
import { helpText, versionText } from "./usage.ts";

/** The width of what goes to no terminal, in characters. */
const WIDTH = 80;
/** Longer lines are hard to read. */
const MOST_WIDTH = 100;
/** Shorter lines have no room for the names. */
const LEAST_WIDTH = 40;

/** The answer to what was asked; undefined if the options ask nothing. */
export function answerTo(
  { help, version, completions }: Options,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (help) return helpText({ topic: help, width: widthFor(env) });
  if (version) return versionText();
  return completions && completionsText(completions);
}

/** How wide a text should be, in characters: as the user says (COLUMNS), or as the terminal is. */
export function widthFor(
  env: Readonly<Record<string, string | undefined>>,
  terminalWidth: () => number | undefined = readTerminalWidth,
): number {
  const width = Number(env["COLUMNS"]) || terminalWidth() || WIDTH;
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.floor(width)));
}

function readTerminalWidth(): number | undefined {
  try {
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
  } catch {
    // A terminal that does not know its size.
    return undefined;
  }
}
