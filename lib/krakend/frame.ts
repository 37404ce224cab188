/**
 * Faults shown as compilers show them: the place, the lines around it, a caret.
 *
 * @module
 */

import { redactLine, visible } from "../redact.ts";

/** A place in a file, as editors count. */
export interface Place {
  /** The file, as the user knows it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** A fault of a text, or something strange in it. */
export interface Fault {
  /** Where it begins, from 0, in UTF-16 code units. */
  readonly offset: number;
  /** How much of the text it is about, in UTF-16 code units. */
  readonly length: number;
  /** One sentence, without a value of the file. */
  readonly message: string;
}

/** A fault, for the user to read. No value that may be secret is in it. */
export interface Explanation {
  /** One line or more; if there is a place, the first is `FILE:LINE:COLUMN: MESSAGE`. */
  readonly reason: string;
  /** Of a file that the user has. */
  readonly place?: Place;
  /** The lines around the place, with a caret. */
  readonly frame?: string;
}

/** The text of a file. */
export interface Source {
  /** The file, as the user knows it. */
  readonly file: string;
  readonly text: string;
  /** Whether flexible configuration made it: the user has no such file. */
  readonly isCompiled?: boolean;
}

/** How many lines are shown before the fault, and after it. */
const LINES_AROUND = 2;
/** How much of a line is shown, and how much is read before that, in UTF-16 code units. */
const WIDTH = 100;
const CONTEXT = 100_000;

/** Shows a fault. The work is bounded, whatever the length of the lines. */
export function show(
  { file, text, isCompiled = false }: Source,
  fault: Fault,
): Explanation {
  const before = text.slice(0, fault.offset).split("\n");
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
  const name = isCompiled ? `${file} (compiled)` : file;
  return {
    reason: visible(`${name}:${line}:${column}: ${fault.message}`),
    ...isCompiled ? {} : { place: { file, line, column } },
    frame: frameOf(text, line, column, fault.length),
  };
}

/** Returns the line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Returns the offset of a line and a column, both from 1; the end of the line for a column behind it. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n").slice(0, line);
  const last = lines.pop() ?? "";
  const start = lines.reduce((sum, it) => sum + it.length + 1, 0);
  return start + Math.max(0, Math.min(column - 1, last.length));
}

function frameOf(text: string, line: number, column: number, length: number) {
  // A file ends with a line that is none.
  const lines = text.replace(/\n$/, "").split("\n");
  const first = Math.max(1, line - LINES_AROUND);
  const last = Math.max(line, Math.min(line + LINES_AROUND, lines.length));
  // All lines are cut alike, so that they stand below one another.
  const cut = Math.max(0, column - Math.floor(WIDTH * 0.75));
  const rows: string[] = [];
  for (let number = first; number <= last; number++) {
    const shown = visible(shownPart(lines[number - 1] ?? "", cut));
    const label = `${number}`.padStart(`${last}`.length);
    rows.push(`${number === line ? ">" : " "} ${label} | ${shown}`.trimEnd());
    if (number !== line) continue;
    const before = shown.slice(0, column - 1 - cut);
    const carets = Math.min(length, shown.length - before.length);
    const indent = before.replaceAll(/[^\t]/g, " ");
    rows.push(
      `  ${" ".repeat(label.length)} | ${indent}${
        "^".repeat(Math.max(1, carets))
      }`,
    );
  }
  return rows.join("\n");
}

/** Returns the part of a line that is shown, without its values. */
function shownPart(line: string, cut: number): string {
  const from = Math.max(0, cut - CONTEXT);
  const read = line.slice(from, cut + WIDTH).replace(/\r$/, "");
  return redactLine(read).slice(cut - from);
}
