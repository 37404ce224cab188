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
  readonly place?: Place;
  /** The lines around the place, with a caret. */
  readonly frame?: string;
}

/** The text of a file. */
export interface Source {
  /** The file, as the user knows it. */
  readonly file: string;
  readonly text: string;
}

/** How many lines are shown before the fault, and after it. */
const LINES_AROUND = 2;
/** How much of a line is shown, and how much is read before that, in UTF-16 code units. */
const WIDTH = 100;
const CONTEXT = 100_000;

/** Shows a fault. The work is bounded, whatever the length of the lines. */
export function show({ file, text }: Source, fault: Fault): Explanation {
  const offset = Math.min(fault.offset, text.length);
  const start = startOfLine(text, offset);
  const place = {
    file,
    line: lineAt(text, offset),
    column: offset - start + 1,
  };
  const { line, column } = place;
  return {
    reason: visible(`${file}:${line}:${column}: ${fault.message}`),
    place,
    frame: frameOf(text, start, place, fault.length),
  };
}

/** Returns the line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (
    let end = text.indexOf("\n");
    end >= 0 && end < offset;
    end = text.indexOf("\n", end + 1)
  ) line++;
  return line;
}

/** Returns the offset of a line and a column, both from 1; the end of the line for a column behind it. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line && text.includes("\n", start); i++) {
    start = text.indexOf("\n", start) + 1;
  }
  return Math.min(start + Math.max(0, column - 1), endOfLine(text, start));
}

function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
}

function frameOf(
  text: string,
  start: number,
  { line, column }: Place,
  length: number,
): string {
  const starts = [start];
  for (let at = start; at > 0 && starts.length <= LINES_AROUND;) {
    at = startOfLine(text, at - 1);
    starts.unshift(at);
  }
  const first = line - starts.length + 1;
  const most = starts.length + LINES_AROUND;
  // A file ends with a line that is none.
  for (
    let at = endOfLine(text, start) + 1;
    at < text.length && starts.length < most;
    at = endOfLine(text, at) + 1
  ) starts.push(at);
  // All lines are cut alike, so that they stand below one another.
  const cut = Math.max(0, column - Math.floor(WIDTH * 0.75));
  const digits = `${first + starts.length - 1}`.length;
  return starts.flatMap((at, i) => {
    const shown = visible(shownPart(text, at, cut));
    const number = `${first + i}`.padStart(digits);
    const row = `${at === start ? ">" : " "} ${number} | ${shown}`.trimEnd();
    if (at !== start) return [row];
    const before = shown.slice(0, column - 1 - cut);
    const carets = Math.min(length, shown.length - before.length);
    const indent = before.replaceAll(/[^\t]/g, " ");
    return [
      row,
      `  ${" ".repeat(digits)} | ${indent}${"^".repeat(Math.max(1, carets))}`,
    ];
  }).join("\n");
}

/** Returns the part of a line that is shown, without its values. */
function shownPart(text: string, start: number, cut: number): string {
  const from = Math.max(start, start + cut - CONTEXT);
  const end = Math.min(endOfLine(text, start), start + cut + WIDTH);
  const line = text.slice(from, end).replace(/\r$/, "");
  return redactLine(line).slice(start + cut - from);
}
