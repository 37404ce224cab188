/**
 * What is wrong with JSON, and where: KrakenD does not tell.
 *
 * @module
 */

import {
  createScanner,
  parse,
  type ParseError,
  printParseErrorCode,
  visit,
} from "jsonc-parser";
import type { Fault } from "./fault.ts";

/** Go refuses what is nested deeper (encoding/json). */
const DEEPEST = 10_000;

/** Finds what is wrong. `JSON.parse` has the last word on whether there is an error. */
export function findJsonFaults(text: string): Fault[] {
  const refusal = refusalOf(text);
  if (refusal === undefined) return duplicatesIn(text);
  try {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const [first] = errors;
    if (first) return [explain(text, first)];
  } catch (error) {
    // The parser calls itself for every level.
    if (!(error instanceof RangeError)) throw error;
  }
  const open = openBrackets(text, text.length);
  if (open.length > DEEPEST) {
    const message = `brackets are nested deeper than ${DEEPEST} levels`;
    return [{ offset: open.at(-1) ?? 0, length: 1, message }];
  }
  const offset = Number(/at position (\d+)/.exec(refusal)?.[1] ?? text.length);
  return [{ offset, length: 1, message: "this is not JSON" }];
}

function refusalOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Says what is wrong where a person would look for it. */
function explain(text: string, { error, offset, length }: ParseError): Fault {
  const code = printParseErrorCode(error);
  const at = (offset: number, message: string, length = 1): Fault => ({
    offset,
    length,
    message,
  });
  if (text.trim() === "") return at(0, "the file holds nothing");
  const rest = text.slice(offset, offset + length);
  const before = lastBefore(text, offset);
  const found = text[offset];
  const isEnd = text.slice(offset).trim() === "";
  switch (code) {
    case "UnexpectedEndOfString":
      return at(offset, "the text that begins here is never closed");
    case "InvalidCharacter":
      return atFirst(
        text,
        offset,
        // deno-lint-ignore no-control-regex -- it is about those
        /[\u0000-\u001f]/,
        "a text cannot hold a control character: write it as an escape, such as \\t or \\n",
      );
    case "InvalidEscapeCharacter":
      return atFirst(
        text,
        offset,
        /\\(?!["\\/bfnrtu])/,
        "a backslash must be written twice, or begin an escape such as \\n",
      );
    case "InvalidUnicode":
      return atFirst(
        text,
        offset,
        /\\u(?![0-9a-fA-F]{4})/,
        "\\u must be followed by four hexadecimal digits",
      );
    case "InvalidCommentToken":
    case "UnexpectedEndOfComment":
      return at(offset, "JSON has no comments", Math.max(1, length));
    case "EndOfFileExpected":
      return at(offset, "the document has ended before this", length);
    case "InvalidSymbol":
    case "InvalidNumberFormat":
    case "UnexpectedEndOfNumber":
      return at(offset, symbolMessage(rest), length);
  }
  if (isEnd) return unclosed(text, offset);
  if (before && text[before.offset] === "," && "}],".includes(found ?? "")) {
    return found === ","
      ? at(offset, "there is one comma too many")
      : at(before.offset, "there is a comma too many, before the end");
  }
  if (found === "}" || found === "]") {
    const opening = openAt(text, offset);
    if (opening !== undefined && !belongs(text[opening], found)) {
      return at(
        offset,
        `this closes a "${text[opening]}" of line ${lineOf(text, opening)}`,
      );
    }
  }
  switch (code) {
    case "CommaExpected":
    case "CloseBraceExpected":
    case "CloseBracketExpected": {
      const isZero = before?.offset === offset - 1 && text[offset - 1] === "0";
      return isZero
        ? at(before.offset, "a number cannot begin with 0", length + 1)
        : at(offset, "a comma is missing before this", length);
    }
    case "ColonExpected":
      return at(offset, "a colon is missing before this", length);
    case "PropertyNameExpected":
      return at(
        offset,
        "a name in double quotes must stand here",
        Math.max(1, length),
      );
    default:
      return at(offset, "a value is missing before this", Math.max(1, length));
  }
}

function symbolMessage(symbol: string): string {
  if (symbol.startsWith("'")) return "texts stand in double quotes";
  if (/^[+\-.\d]/.test(symbol)) {
    return "this is no number as JSON has them, such as -1, 0.5 or 1e3";
  }
  return "this is no value of JSON: texts stand in double quotes, and the words are true, false and null";
}

/** The first match within the text that begins at an offset. */
function atFirst(
  text: string,
  offset: number,
  pattern: RegExp,
  message: string,
): Fault {
  const found = text.slice(offset).search(pattern);
  return { offset: offset + Math.max(0, found), length: 1, message };
}

/** The document ends too early. */
function unclosed(text: string, end: number): Fault {
  const opening = openAt(text, end);
  return opening === undefined
    ? { offset: end, length: 0, message: "the document ends too early" }
    : {
      offset: opening,
      length: 1,
      message: `this "${text[opening]}" is never closed`,
    };
}

/** The bracket that is open at an offset; undefined if none is. */
function openAt(text: string, end: number): number | undefined {
  return openBrackets(text, end).at(-1);
}

/** The brackets that are open at an offset, or the first ones that are too many. */
function openBrackets(text: string, end: number): number[] {
  const open: number[] = [];
  for (const { offset } of tokens(text)) {
    if (offset >= end || open.length > DEEPEST) break;
    const first = text[offset] ?? "";
    if ("{[".includes(first)) open.push(offset);
    else if ("}]".includes(first)) open.pop();
  }
  return open;
}

function belongs(opening: string | undefined, closing: string): boolean {
  return `${opening}${closing}` === "{}" || `${opening}${closing}` === "[]";
}

/** The last token before an offset. */
function lastBefore(text: string, end: number) {
  let last: { offset: number } | undefined;
  for (const token of tokens(text)) {
    if (token.offset >= end) break;
    last = token;
  }
  return last;
}

function* tokens(text: string) {
  const scanner = createScanner(text, true);
  // The end is a token of no length.
  while (scanner.scan() && scanner.getTokenLength() > 0) {
    yield { offset: scanner.getTokenOffset() };
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Names that stand twice in one object: the last one counts, and nobody says so. */
function duplicatesIn(text: string): Fault[] {
  const objects: Map<string, number>[] = [];
  const faults: Fault[] = [];
  try {
    visit(text, {
      onObjectBegin: () => {
        objects.push(new Map());
      },
      onObjectEnd: () => {
        objects.pop();
      },
      onObjectProperty: (name, offset, length, line) => {
        const names = objects.at(-1);
        const first = names?.get(name);
        if (first === undefined) names?.set(name, line + 1);
        else {
          const message =
            `this name stands in line ${first} already: only the last one counts`;
          faults.push({ offset, length, message, isWarning: true });
        }
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return faults;
}
