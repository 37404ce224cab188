/**
 * What is wrong with a file by itself, before KrakenD makes anything of it.
 *
 * @module
 */

import { decode, type Format } from "./config.ts";
import type { Fault } from "./frame.ts";
import { readJson } from "./json.ts";

/** The first bytes of files that are no text, and the marks of Unicode that KrakenD does not read in JSON. */
const MARKS: Readonly<Record<string, string>> = {
  "ef bb bf":
    "the file begins with a byte order mark (BOM), which KrakenD takes for a character: save it as UTF-8 without BOM",
  "ff fe": "the file is UTF-16: save it as UTF-8",
  "fe ff": "the file is UTF-16: save it as UTF-8",
  "00 05 16 07": "the file was left by macOS: delete it",
  "7f 45 4c 46": "the file is a program, and no text",
  "1f 8b": "the file is compressed (gzip), and no text",
  "50 4b 03 04": "the file is an archive (ZIP), and no text",
};

/** Finds what is certainly wrong with a file; undefined if nothing is. */
export function findFault(
  content: Uint8Array,
  format: Format,
): Fault | undefined {
  const text = decode(content, format);
  const at = (message: string, offset = 0) => ({ offset, length: 1, message });
  if (text.trim() === "") return at("the file is empty");
  const bytes = [...content.subarray(0, 4)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const [mark = "", message] =
    Object.entries(MARKS).find(([mark]) => bytes.startsWith(mark)) ?? [];
  const isRead = format !== "json" && /^(?:ef bb bf|ff fe|fe ff)$/.test(mark);
  if (message && !isRead) return at(message);
  const zero = text.indexOf("\0");
  if (zero >= 0) {
    return zero < 2 && text[zero + 2] === "\0"
      ? at("the file is UTF-16 without a mark: save it as UTF-8")
      : at("there is a zero byte: the file is no text", zero);
  }
  if (format !== "json") return undefined;
  const { fault } = readJson(text);
  const start = text.search(/\S/);
  return fault || text[start] === "{" || text.startsWith("null", start)
    ? fault
    : at("the configuration must be an object, between { and }", start);
}
