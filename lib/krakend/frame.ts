/**
 * Faults shown as compilers show them: the place, the lines around it, a caret.
 *
 * @module
 */

import { redactLine, visible } from "../redact.ts";
import type { Format } from "./config.ts";

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
  readonly format: Format;
}

/** How many lines are shown before the fault, and after it. */
const LINES_AROUND = 2;
/** How much of a line is shown, and how much is read before that, in UTF-16 code units. */
const WIDTH = 100;
const CONTEXT = 300;
/** How much of a file is read before a line to know whether it begins within a text, in UTF-16 code units, and in lines. */
const WINDOW = 64 * 1024;
const MOST_LINES = 200_000;

/** Shows a fault. The work is bounded, whatever the length of the text and its lines. */
export function show(source: Source, fault: Fault): Explanation {
  const { text, file } = source;
  const offset = Math.min(fault.offset, text.length);
  const start = startOfLine(text, offset);
  const place = { file, line: lineOf(text, start), column: offset - start + 1 };
  const frame = frameOf(source, place, start, fault.length);
  const { line, column } = place;
  const reason = visible(`${file}:${line}:${column}: ${fault.message}`);
  return { reason, place, frame };
}

/** Returns the offset of a line and a column, both from 1; the end of the line for a column behind it. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
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

function lineOf(text: string, start: number): number {
  let line = 1;
  for (let end = text.indexOf("\n"); end >= 0 && end < start; line++) {
    end = text.indexOf("\n", end + 1);
  }
  return line;
}

function frameOf(
  source: Source,
  { line, column }: Place,
  start: number,
  length: number,
): string {
  const { text } = source;
  const starts = [start];
  while (starts.length <= LINES_AROUND && (starts[0] ?? 0) > 0) {
    starts.unshift(startOfLine(text, (starts[0] ?? 0) - 1));
  }
  const first = line - starts.length + 1;
  for (let i = 0; i < LINES_AROUND; i++) {
    const next = endOfLine(text, starts.at(-1) ?? 0) + 1;
    // A file ends with a line that is none.
    if (next >= text.length) break;
    starts.push(next);
  }
  const digits = `${first + starts.length - 1}`.length;
  // All lines are cut alike, so that they stand below one another.
  const cut = Math.max(0, column - Math.floor(WIDTH * 0.75));
  const rows: string[] = [];
  for (const [i, at] of starts.entries()) {
    const shown = visible(redact(source, at, cut));
    const number = `${first + i}`.padStart(digits);
    rows.push(`${at === start ? ">" : " "} ${number} | ${shown}`.trimEnd());
    if (at !== start) continue;
    const indent = blank(shown.slice(0, column - 1 - cut));
    const room = shown.length - (column - 1 - cut);
    const carets = "^".repeat(Math.max(1, Math.min(length, room)));
    rows.push(`  ${" ".repeat(digits)} | ${indent}${carets}`);
  }
  return rows.join("\n");
}

/** Characters that take two columns, by and large (Unicode's East Asian Width). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;

/** Returns space as wide as a text; tabs stay. */
function blank(text: string): string {
  return text.replaceAll(/\p{M}/gu, "").replaceAll(WIDE, "  ")
    .replaceAll(/[^\t]/gu, " ");
}

/** Returns the part of a line that is shown, without its values. */
function redact(source: Source, start: number, cut: number): string {
  const { text } = source;
  const end = Math.min(endOfLine(text, start), start + cut + WIDTH);
  const from = Math.max(start, start + cut - CONTEXT);
  const line = text.slice(from, end).replace(/\r$/, "");
  const shown = isText(source, start)
    ? line.replaceAll(/\S/g, "•")
    : redactLine(line, {
      isInText: isQuoted(source, start, from),
      format: source.format,
    });
  return shown.slice(start + cut - from);
}

/** Whether a place within a line lies between double quotes, which may be those of a line before if they were forgotten in JSON. */
function isQuoted({ text, format }: Source, start: number, at: number) {
  let from = start;
  if (format === "json" && start > 0) {
    from = start <= WINDOW ? 0 : text.indexOf("\n", start - WINDOW) + 1;
  }
  let isOpen = false;
  for (
    let i = text.indexOf('"', from);
    i >= 0 && i < at;
    i = text.indexOf('"', i + 1)
  ) {
    let escapes = 0;
    while (text[i - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) isOpen = !isOpen;
  }
  return isOpen;
}

/** Whether a line of YAML or TOML goes on with a text of a line before. */
function isText({ text, format }: Source, start: number): boolean {
  if (format === "json") return false;
  if (format === "toml") {
    return ['"""', "'''"].some((quote) =>
      text.slice(0, start).split(quote).length % 2 === 0
    );
  }
  // In YAML, lines that are indented more than a text belong to it.
  let indent = indentOf(text, start);
  for (let at = start, i = 0; at > 0 && indent > 0; i++) {
    if (i === MOST_LINES) return true;
    at = startOfLine(text, at - 1);
    const own = indentOf(text, at);
    if (own >= indent || "\r\n#".includes(text[at + own] ?? "\n")) continue;
    const line = text.slice(at, Math.min(endOfLine(text, at), at + CONTEXT));
    const { lead = "", key = "", value = "" } = YAML_LINE.exec(line)?.groups ??
      {};
    const column = key ? lead.length : own;
    if (column >= indent) continue;
    if (value !== "" && !NO_YAML_TEXT.test(value)) return true;
    indent = column;
  }
  return false;
}

const YAML_LINE =
  /^(?<lead>\s*(?:-\s+)*)(?<key>(?:"[^"]*"|'[^']*'|[^\s"'#[{][^#]*?)\s*:(?=\s|$))?\s*(?<value>.*?)\s*$/;
/** A collection, or only an anchor, a tag or a comment. */
const NO_YAML_TEXT = /^(?:[[{#]|[&!]\S*\s*(?:#.*)?$)/;

/** Returns how many spaces a line begins with. */
function indentOf(text: string, start: number): number {
  let end = start;
  while (text[end] === " ") end++;
  return end - start;
}
