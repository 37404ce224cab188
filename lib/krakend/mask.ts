/**
 * Keeps secrets out of the lines of a file that are shown, however broken the
 * file is.
 *
 * @module
 */

import { hideSecrets, looksSecret } from "../secrets.ts";
import { Block, endOfBrackets, tableIn } from "./block.ts";
import { isOpen, isSecretive } from "./secrecy.ts";

/** A name and what separates it from its value: JSON, YAML, TOML, half written ones too. */
const NAME = new RegExp(
  [
    // Text in quotes is a name unless it ends a list, or stands in the middle of one.
    /"(?<quoted>[^"]{0,200})"\s*(?:[:=]\s*|(?![\s,:=\]}]|$))/,
    /^\s*"(?<first>[^"]{0,200})"\s*,\s*(?=\S)/,
    /(?<![\p{L}\d_.@\/-])(?<bare>[\p{L}\d_.@\/-]+)["']?\s*[:=]\s*/u,
    /^\s*(?:-\s+)?(?<word>[\p{L}\d_.-]+)\s+(?=\S)/u,
  ].map(({ source }) => source).join("|"),
  "gu",
);
/** What is hidden: all but what makes the structure. */
const WORD = /[^\s"{}[\],:]+/g;
const NO_TEXT = /^(?:true|false|null)$/;

/**
 * The lines from `first` to before `last`, with every character hidden that
 * may belong to a secret, and every other one where it was.
 *
 * @param lines All lines of the file.
 */
export function maskSecrets(
  lines: readonly string[],
  first: number,
  last: number,
): string[] {
  const reader = new Reader();
  return lines.slice(0, last).map((line) => reader.mask(line)).slice(first)
    .map((line) => hideSecrets(line, hide));
}

/** Reads a file from its first line on, as a secret may begin far above the lines that are shown. */
class Reader {
  /** The value of a name that looks secret. */
  #secret: Block | undefined;
  /** The settings of a component that deals with secrets. */
  #component: Block | undefined;
  /** Whether the last name in such a component is one whose value anybody may know. */
  #isOpen = false;
  #isPem = false;

  mask(line: string): string {
    if (!this.#secret?.takes(line)) this.#secret = undefined;
    if (!this.#component?.takes(line)) this.#component = undefined;
    const begin = line.lastIndexOf("-----BEGIN ");
    const end = line.lastIndexOf("-----END ");
    const isPem = this.#isPem || begin >= 0;
    this.#isPem = isPem && (end < 0 || begin > end);
    if (this.#secret || isPem) return hide(line);
    const table = tableIn(line);
    if (!table) return this.#maskValues(line);
    if (table.some(looksSecret)) this.#secret = new Block(line, line.length);
    else if (table.some(isSecretive)) {
      this.#component = new Block(line, line.length);
    }
    return line;
  }

  #maskValues(line: string): string {
    const names = [...line.matchAll(NAME)];
    let shown = this.#maskValue(line.slice(0, names[0]?.index));
    /** Where a component ends that began in this line. */
    let end: number | undefined;
    for (const [i, match] of names.entries()) {
      const { quoted, first, bare, word } = match.groups ?? {};
      const name = quoted ?? first ?? bare ?? word ?? "";
      const start = match.index + match[0].length;
      if (end !== undefined && match.index >= end) this.#component = undefined;
      if (looksSecret(name)) {
        this.#secret = new Block(line, start);
        return shown + match[0] + hide(line.slice(start));
      }
      if (!this.#component && isSecretive(name)) {
        this.#component = new Block(line, start);
        const length = endOfBrackets(line.slice(start));
        end = length === undefined ? undefined : start + length;
      }
      this.#isOpen = isOpen(name);
      shown += match[0] +
        this.#maskValue(line.slice(start, names[i + 1]?.index));
    }
    return shown;
  }

  #maskValue(value: string): string {
    if (!this.#component || this.#isOpen) return value;
    return value.replaceAll(
      WORD,
      (word) => NO_TEXT.test(word) ? word : hide(word),
    );
  }
}

function hide(text: string): string {
  return text.replaceAll(WORD, (word) => "*".repeat(word.length));
}
