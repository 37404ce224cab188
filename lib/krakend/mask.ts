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
    /"(?<quoted>[^"]{0,200})"\s*[:=]\s*/,
    // Text in quotes may be a name unless it ends a list, or stands in the middle of one.
    /"(?<alone>[^",:{}[\]]{1,200})"\s*(?![\s,:=\]}]|$)/,
    /^\s*"(?<first>[^"]{0,200})"\s*,\s*(?=\S)/,
    // Where a quote should be, there may be anything.
    /(?<![\p{L}\d_.@\/-])(?<bare>[\p{L}\d_.@\/-]+)[^\p{L}\d_.@\/\s-]?\s*[:=]\s*/u,
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
    const names = namesIn(line);
    let shown = this.#maskValue(line.slice(0, names[0]?.index));
    /** Where a component ends that began in this line. */
    let componentEnd = Infinity;
    for (const [i, { name, index, start, end }] of names.entries()) {
      shown += line.slice(index, start);
      if (looksSecret(name)) {
        this.#secret = pendingOf(line, names.slice(i));
        return shown + hide(line.slice(start));
      }
      if (index >= componentEnd) this.#component = undefined;
      if (!this.#component && isSecretive(name)) {
        this.#component = new Block(line, start);
        const length = endOfBrackets(line.slice(start)) ?? Infinity;
        componentEnd = start + length;
      }
      this.#isOpen = isOpen(name);
      shown += this.#maskValue(line.slice(start, end));
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

/** A name, and where it and its value are. */
interface Name {
  readonly name: string;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function namesIn(line: string): Name[] {
  const matches = [...line.matchAll(NAME)].map(
    ({ 0: match, index, groups }) => {
      const { quoted, alone, first, bare, word } = groups ?? {};
      const name = quoted ?? alone ?? first ?? bare ?? word ?? "";
      const matters = looksSecret(name) || isSecretive(name);
      return { name, index, start: index + match.length, matters, match };
    },
  ).filter(({ match, matters }) => matters || /[:=]\s*$/.test(match));
  // In a broken file, a value may look like a name.
  const names = matches.filter(({ index, matters }, i) => {
    const { start } = matches[i - 1] ?? {};
    return matters || start === undefined ||
      !/^["'\s]*$/.test(line.slice(start, index));
  });
  return names.map((name, i) => ({
    ...name,
    end: names[i + 1]?.index ?? line.length,
  }));
}

/** What is to be hidden behind the end of the line. */
function pendingOf(line: string, names: readonly Name[]): Block | undefined {
  let block: Block | undefined;
  for (const { name, start } of names) {
    if (block?.isPending) break;
    if (looksSecret(name) || isSecretive(name)) block = new Block(line, start);
  }
  return block;
}

function hide(text: string): string {
  return text.replaceAll(WORD, (word) => "*".repeat(word.length));
}
