/**
 * Shows a fault as compilers do: the place, the lines around it, a caret.
 *
 * @module
 */

import type { Place } from "../place.ts";
import type { Fault } from "./fault.ts";
import { maskSecrets } from "./mask.ts";

/** How many lines are shown before the fault, and after it. */
const LINES_AROUND = 2;
/** How much of a line is shown, in characters. */
const WIDTH = 100;

/** The place of an offset. */
export function placeOf(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return {
    file,
    line: before.split("\n").length,
    column: offset - start + 1,
  };
}

/**
 * Shows a fault. The first line is `FILE:LINE:COLUMN: error: MESSAGE`, as
 * editors understand it.
 *
 * @param file The file, as the user knows it.
 */
export function frame(text: string, fault: Fault, file: string): string {
  const { line, column } = placeOf(text, fault.offset, file);
  const severity = fault.isWarning ? "warning" : "error";
  const lines = text.split(/\r?\n/);
  // A file ends with a line that nobody takes for one.
  if (lines.at(-1) === "" && line < lines.length) lines.pop();
  const first = Math.max(1, line - LINES_AROUND);
  const last = Math.min(lines.length, line + LINES_AROUND);
  const hidden = maskSecrets(lines, first - 1, last);
  const digits = `${last}`.length;
  // All lines are cut alike, so that they stand below one another.
  const start = Math.max(0, column - Math.floor(WIDTH * 0.75));
  const rows: string[] = [];
  for (let number = first; number <= last; number++) {
    const shown = printable(hidden[number - first] ?? "");
    const mark = number === line ? ">" : " ";
    const cut = shown.slice(start, start + WIDTH);
    rows.push(`${mark} ${`${number}`.padStart(digits)} | ${cut}`.trimEnd());
    if (number !== line) continue;
    const indent = blank(shown.slice(start, column - 1));
    const room = cut.length - (column - 1 - start);
    const carets = "^".repeat(Math.max(1, Math.min(fault.length, room)));
    rows.push(`  ${" ".repeat(digits)} | ${indent}${carets}`);
  }
  return [`${file}:${line}:${column}: ${severity}: ${fault.message}`, ...rows]
    .join("\n");
}

/** Space as wide as a text: tabs stay, and what takes two columns gets two. */
function blank(text: string): string {
  return text
    .replaceAll(
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g,
      "  ",
    )
    // A pair of code units is mostly an emoji, two columns wide.
    .replaceAll(/[^\t]/g, " ");
}

// deno-lint-ignore no-control-regex -- it is about those
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Control characters would do things to the terminal. */
function printable(text: string): string {
  return text.replaceAll(CONTROL, "\ufffd");
}
