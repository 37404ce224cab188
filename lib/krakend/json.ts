/**
 * Reads JSON for its faults, and for names that stand twice. KrakenD names no
 * places, and JSON.parse not all.
 *
 * @module
 */

import { isComment } from "./config.ts";
import type { Fault } from "./frame.ts";

/** Outcome of {@linkcode readJson}. */
export interface JsonReading {
  /** Undefined if Go reads the text as JSON. */
  readonly fault?: Fault;
  /** Names that stand twice in an object, but comments; the first few. */
  readonly duplicates: readonly Fault[];
}

/** A part of a text, in UTF-16 code units from 0. */
interface Span {
  readonly offset: number;
  readonly length: number;
}

/** An object or a list that is open. */
interface Level extends Span {
  readonly isObject: boolean;
  /** Names that have been read, with their offsets. */
  readonly names: Map<string, number>;
}

/** Go refuses deeper nesting (encoding/json). */
const DEEPEST = 10_000;
const MOST_DUPLICATES = 3;

/** Reads a text to its end, or to the first fault. Its time is linear, and its stack does not grow with the nesting. */
export function readJson(text: string): JsonReading {
  const levels: Level[] = [];
  const duplicates: Fault[] = [];
  let expected: "name" | "colon" | "value" | "comma" | "end" = "value";
  let before = "";
  let token: Span = { offset: 0, length: 0 };
  const outcome = (fault?: Fault): JsonReading => ({
    duplicates,
    ...fault && { fault },
  });
  while (true) {
    const previous = token.offset;
    const next = tokenAfter(text, token.offset + token.length);
    if ("message" in next) return outcome(next);
    token = next;
    const { offset, length } = token;
    const level = levels.at(-1);
    const at = (message: string, place: Span = token) =>
      outcome({ offset: place.offset, length: place.length, message });

    const char = text[offset];
    const isClosing = char === "}" || char === "]";
    if (char === undefined) {
      if (expected === "end") return outcome();
      return level
        ? at(`this "${text[level.offset]}" is never closed`, level)
        : at("the file is empty", { offset: 0, length: 1 });
    }
    if (expected === "end") return at("the document has ended before this");
    if (before === "," && char === ",") {
      return at("there is one comma too many");
    }
    if (before === "," && isClosing) {
      const comma = { offset: previous, length: 1 };
      return at("there is a comma too many, before the end", comma);
    }
    if (isClosing && level && level.isObject !== (char === "}")) {
      const line = lineAt(text, level.offset);
      return at(`this closes a "${text[level.offset]}" of line ${line}`);
    }
    const isEmpty = isClosing && (before === "{" || before === "[");
    if (expected === "name" && char !== '"' && !isEmpty) {
      return at("a name in double quotes must stand here");
    }
    if (expected === "colon" && char !== ":") {
      return at("a colon is missing before this");
    }
    if (expected === "comma" && char !== "," && !isClosing) {
      return at("a comma is missing before this");
    }
    if (expected === "value" && ":,}]".includes(char) && !isEmpty) {
      return at("a value is missing before this");
    }

    if (expected === "name" && level && !isEmpty) {
      const name: string = JSON.parse(text.slice(offset, offset + length));
      const first = level.names.get(name);
      level.names.set(name, offset);
      const isDuplicate = first !== undefined && !isComment(name);
      if (isDuplicate && duplicates.length < MOST_DUPLICATES) {
        const line = lineAt(text, first);
        const message =
          `this name stands in line ${line} already: only the last one counts`;
        duplicates.push({ offset, length, message });
      }
    }
    if (char === "{" || char === "[") {
      if (levels.length === DEEPEST) {
        return at(`brackets are nested deeper than ${DEEPEST} levels`);
      }
      const isObject = char === "{";
      levels.push({ ...token, isObject, names: new Map() });
      expected = isObject ? "name" : "value";
    } else if (char === ",") {
      expected = level?.isObject ? "name" : "value";
    } else if (char === ":") {
      expected = "value";
    } else if (expected === "name" && !isClosing) {
      expected = "colon";
    } else {
      if (isClosing) levels.pop();
      expected = levels.length > 0 ? "comma" : "end";
    }
    before = char;
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

const SPACE = /[ \t\r\n]*/y;
const LITERAL =
  /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
/** Whatever stands in place of a value. */
const WORD = /[^\s{}[\],:"]+|[^]/y;

/** Returns the next token, of no length at the end; or what is wrong with it. */
function tokenAfter(text: string, start: number): Span | Fault {
  const offset = endOf(SPACE, text, start);
  const char = text[offset] ?? "";
  if (char === "") return { offset, length: 0 };
  if ("{}[],:".includes(char)) return { offset, length: 1 };
  if (char === '"') return textAt(text, offset);
  const end = endOf(LITERAL, text, offset);
  if (end > offset) return { offset, length: end - offset };
  const length = endOf(WORD, text, offset) - offset;
  const word = text.slice(offset, offset + Math.min(length, 3));
  const message = /^(?:\/[/*]|#)/.test(word)
    ? "JSON has no comments"
    : word.startsWith("'")
    ? "texts stand in double quotes"
    : /^-?0\d/.test(word)
    ? "a number cannot begin with 0"
    : /^[+\-.\d]/.test(word)
    ? "this is no number as JSON has them, such as -1, 0.5 or 1e3"
    : "this is no value of JSON: texts stand in double quotes, and the words are true, false and null";
  return { offset, length, message };
}

// deno-lint-ignore no-control-regex -- JSON takes them only as escapes
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Reads a text in double quotes. */
function textAt(text: string, offset: number): Span | Fault {
  for (let at = offset + 1;;) {
    at = endOf(PLAIN, text, at);
    const char = text[at] ?? "\n";
    if (char === '"') return { offset, length: at + 1 - offset };
    if (char === "\n" || char === "\r") {
      const message = "the text that begins here is never closed";
      return { offset, length: 1, message };
    }
    const afterEscape = endOf(ESCAPE, text, at);
    if (afterEscape > at) {
      at = afterEscape;
      continue;
    }
    const message = char !== "\\"
      ? "a text cannot hold a control character: write it as an escape, such as \\t or \\n"
      : text[at + 1] === "u"
      ? "\\u must be followed by four hexadecimal digits"
      : "a backslash must be written twice, or begin an escape such as \\n";
    return { offset: at, length: 1, message };
  }
}

/** Returns where a match that begins at an offset ends; the offset itself if there is none. */
function endOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}
