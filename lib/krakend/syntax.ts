/**
 * What is wrong with a file by itself, before KrakenD makes anything of it.
 * KrakenD names no places in JSON, and JSON.parse not all.
 *
 * @module
 */

import type { JSONVisitor } from "jsonc-parser";
import { decode, type Format, isComment, parse } from "./config.ts";
import { type Fault, lineAt, offsetOf } from "./frame.ts";

/** How files begin that are no text in UTF-8, or have a mark that KrakenD does not read in JSON. */
const MARKS: readonly (readonly [mark: string, message: string])[] = [
  ["\ufeff", "the file has a byte order mark (BOM): save it as UTF-8 without"],
  ["\ufffd\ufffd", "the file is UTF-16, or no text: save it as UTF-8"],
  ["\0\x05\x16\x07", "the file was left by macOS: delete it"],
  ["\x7fELF", "the file is a program, and no text"],
];

/** Finds what is wrong with a file that KrakenD refuses; undefined if it can be read. */
export async function findFault(
  content: Uint8Array,
  format: Format,
): Promise<Fault | undefined> {
  const text = decode(content, format);
  if (text.trim() === "") return at(0, "the file is empty");
  if (format === "yaml") return await findYamlFault(text);
  if (format === "toml") return undefined;
  const [, message] = MARKS.find(([mark]) => text.startsWith(mark)) ?? [];
  if (message) return at(0, message);
  const zero = text.indexOf("\0");
  if (zero >= 0) {
    return at(zero, "there is a zero byte: the file is no text in UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return await findJsonFault(text);
  }
  if (typeof value === "object" && !Array.isArray(value)) return undefined;
  const start = text.search(/\S/);
  return at(start, "the configuration must be an object, between { and }");
}

function at(offset: number, message: string): Fault {
  return { offset, length: 1, message };
}

async function findYamlFault(text: string): Promise<Fault | undefined> {
  try {
    await parse(text, "yaml");
    return undefined;
  } catch (error) {
    const { message = "", line, column } =
      /^(?:\w+: )?(?<message>.*?) at line (?<line>\d+), column (?<column>\d+)/
        .exec(String(error))?.groups ?? {};
    if (line === undefined) return undefined;
    const offset = offsetOf(text, Number(line), Number(column));
    // What it quotes may hold quotes itself.
    return at(offset, message.replace(/["<].*/, "…"));
  }
}

/** Visits JSON, and returns whether that was possible: the parser calls itself for every level. */
async function visitAll(text: string, visitor: JSONVisitor): Promise<boolean> {
  const { visit } = await import("jsonc-parser");
  try {
    visit(text, visitor, { disallowComments: true });
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

/** Finds the first fault of JSON; undefined if there is none. */
async function findJsonFault(text: string): Promise<Fault | undefined> {
  const { printParseErrorCode } = await import("jsonc-parser");
  /** Where brackets are open, and where the last one was that the parser takes for closed. */
  const open: number[] = [];
  let last: number | undefined;
  let fault: Fault | undefined;
  const onBegin = (offset: number) => void open.push(offset);
  const onEnd = () => void (last = open.pop());
  const isRead = await visitAll(text, {
    onObjectBegin: onBegin,
    onArrayBegin: onBegin,
    onObjectEnd: onEnd,
    onArrayEnd: onEnd,
    onError(code, offset, length) {
      const name = printParseErrorCode(code);
      // Such as "CommaExpected".
      const message = name.replaceAll(/[A-Z]/g, " $&").trim().toLowerCase();
      const opening = name.startsWith("Close") ? last : open.at(-1);
      fault ??= bracketFault(text, offset, opening) ??
        { offset, length, message };
    },
  });
  return isRead || fault
    ? fault
    : at(open.at(-1) ?? 0, "brackets are nested deeper than can be read");
}

/** What text/template writes for a setting that is not there. */
export const NO_VALUE = "<no value>";
export const MISSING_VALUE =
  "the template has no value here: a setting that it names is missing";

/** Finds a bracket or a comma that does not fit, of which the parser only knows what it expects after it. */
function bracketFault(
  text: string,
  offset: number,
  opening = -1,
): Fault | undefined {
  const char = text[offset];
  const bracket = text[opening];
  if (text.startsWith(NO_VALUE, offset)) {
    return { offset, length: NO_VALUE.length, message: MISSING_VALUE };
  }
  if (char === undefined && bracket !== undefined) {
    return at(opening, `this "${bracket}" is never closed`);
  }
  const comma = text.slice(0, offset).trimEnd().length - 1;
  if (text[comma] === "," && (char === "}" || char === "]")) {
    return at(comma, "there is a comma too many, before the end");
  }
  if (["[}", "{]"].includes(`${bracket}${char}`)) {
    const line = lineAt(text, opening);
    return at(offset, `this closes a "${bracket}" of line ${line}`);
  }
  return undefined;
}

const MOST_DUPLICATES = 3;

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(?<colon>\s*:)?/g;

/** Returns how many names stand in JSON that parses. */
function countNames(json: string): number {
  let count = 0;
  for (const { groups } of json.matchAll(STRING)) if (groups?.colon) count++;
  return count;
}

/** Finds names that stand twice in an object of JSON that parses, but comments; the first few. */
export async function findDuplicates(text: string): Promise<Fault[]> {
  // Nearly none has any: the parser, of half a megabyte, is not loaded for that.
  const names = countNames(JSON.stringify(JSON.parse(text)));
  if (names === countNames(text)) return [];
  const duplicates: Fault[] = [];
  /** The names in each object that is open, with their lines. */
  const open: Map<string, number>[] = [];
  await visitAll(text, {
    onObjectBegin: () => void open.push(new Map()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, offset, length, line) {
      const first = open.at(-1)?.get(name);
      if (first === undefined) open.at(-1)?.set(name, line + 1);
      else if (!isComment(name) && duplicates.length < MOST_DUPLICATES) {
        const message =
          `this name stands in line ${first} already: only the last one counts`;
        duplicates.push({ offset, length, message });
      }
    },
  });
  return duplicates;
}
