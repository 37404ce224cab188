/**
 * How far a value goes on in a file that may be broken: what is indented more
 * than its name belongs to it, and so does what stands between its brackets.
 *
 * @module
 */

/** The name of a table of TOML; all up to the next one belongs to it. */
const TABLE = /^\s*\[{1,2}(?<name>[A-Za-z_][^[\]=:{},]*)\]{1,2}\s*(?:#.*)?$/;
const KEY = /"[^"]*"|'[^']*'|[^.\s]+/g;
const BRACKET_OR_TEXT = /"(?:[^"\\]|\\.)*"?|[[\]{}]/g;
const BEGINS_WITH_BRACKET = /^\s*[[{]/;
const BEGINS_WITH_LONG_QUOTE = /^\s*(?<quote>"""|''')(?<text>.*)/;
/** The value of a name that ends a line of JSON. */
const LATE_VALUE = /^\s*(?:[[{]|"[^"]*"?\s*(?:[,}\]]|$))/;
const LATE_ITEM = /^\s*-\s/;

/** The keys in the name of a table of TOML; undefined if the line begins none. */
export function tableIn(line: string): string[] | undefined {
  const name = TABLE.exec(line)?.groups?.["name"];
  return name?.match(KEY)?.map((key) => key.replaceAll(/^["']|["']$/g, ""));
}

/** Where the bracket is closed that a text begins with; undefined if it is not, or there is none. */
export function endOfBrackets(text: string): number | undefined {
  return BEGINS_WITH_BRACKET.test(text) ? balance(text, 0).end : undefined;
}

/** The lines of one value. */
export class Block {
  /** How far the line of its name is indented; undefined for a table of TOML. */
  readonly #indent: number | undefined;
  /** How many brackets are open. */
  #depth = 0;
  /** The quotes of TOML that are open. */
  #quote: string | undefined;
  /** Whether nothing of it has come yet but items of a list. */
  #isLate: boolean;

  /** Begins on the line of a name, with what stands there from `start` on. */
  constructor(line: string, start: number) {
    this.#indent = tableIn(line) ? undefined : indentOf(line);
    this.#isLate = /^\s*$/.test(line.slice(start));
    this.#read(line.slice(start));
  }

  /** Whether it has not ended on the lines it has, however the next one is indented. */
  get isPending(): boolean {
    return this.#depth > 0 || this.#quote !== undefined || this.#isLate;
  }

  /** Whether the next line belongs to it, too. */
  takes(line: string): boolean {
    if (!this.#belongs(line)) return false;
    this.#isLate &&= line.trim() === "" || LATE_ITEM.test(line);
    this.#read(line);
    return true;
  }

  #belongs(line: string): boolean {
    if (this.#quote || this.#depth > 0 || line.trim() === "") return true;
    if (this.#indent === undefined) return tableIn(line) === undefined;
    const indent = indentOf(line);
    if (indent > this.#indent) return true;
    if (!this.#isLate) return false;
    // YAML has lists that are not indented.
    return LATE_VALUE.test(line) ||
      indent === this.#indent && LATE_ITEM.test(line);
  }

  #read(text: string): void {
    if (this.#quote) {
      if (text.includes(this.#quote)) this.#quote = undefined;
    } else if (this.#depth > 0 || BEGINS_WITH_BRACKET.test(text)) {
      this.#depth = balance(text, this.#depth).depth;
    } else {
      const { quote, text: rest = "" } =
        BEGINS_WITH_LONG_QUOTE.exec(text)?.groups ?? {};
      if (quote && !rest.includes(quote)) this.#quote = quote;
    }
  }
}

/** Counts the brackets that are no text, up to where the last open one is closed. */
function balance(text: string, open: number): { depth: number; end?: number } {
  let depth = open;
  for (const { 0: found, index } of text.matchAll(BRACKET_OR_TEXT)) {
    if (found.startsWith('"')) continue;
    depth += "[{".includes(found) ? 1 : -1;
    if (depth <= 0) return { depth: 0, end: index + 1 };
  }
  return { depth };
}

function indentOf(line: string): number {
  return Math.max(0, line.search(/\S/));
}
