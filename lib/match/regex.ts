/**
 * Regular expressions as Go writes them (RE2), and so reflex.
 *
 * Each construct is written anew for JavaScript rather than replaced where the
 * two differ: what stays the same in both (`.`, `$`, `\s`, `\b` with `(?i)`)
 * means something else in too many places. JavaScript goes back where Go does
 * not have to: a pattern such as `(a+)+$` is slow on long paths.
 *
 * @module
 */

import { messageOf, UsageError } from "../errors.ts";
import { takeCharacters } from "./char_class.ts";
import { quote, Reader } from "./reader.ts";

/** A regular expression that was understood. */
export interface Regex {
  /** Whether it matches anywhere in the text. */
  matches(text: string): boolean;
  /**
   * Whether a match stays one whatever is put after the text. Not so where
   * the expression looks at what follows: `$`, `\z`, `\b`, `\B`.
   */
  readonly isMatchFinal: boolean;
}

/**
 * Reads a regular expression in the syntax of Go's regexp package.
 *
 * @throws {UsageError} If it is malformed, or is of another dialect.
 */
export function parseRegex(pattern: string): Regex {
  try {
    const translation = new Translation(pattern);
    // What comes first is there for V8 15.0: it looks for what ends in "$" only
    // as far before the end as it is long, and takes a character beyond U+FFFF
    // for one unit though it is two; /[\u{1F600}]$/u does not match that
    // character. What has no greatest length is looked for everywhere.
    const regexp = new RegExp(`^[^]*?(?:${translation.source})`, "u");
    return {
      matches: (text) => regexp.test(text),
      isMatchFinal: !translation.looksAhead,
    };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = messageOf(error);
    throw new UsageError(
      `Cannot read "${pattern}" as a regular expression: ${reason}. ` +
        "Write it as for Go: https://github.com/google/re2/wiki/Syntax",
    );
  }
}

/** The flags that matter to whether there is a match. `U` does not. */
interface Flags {
  /** Letters match in either case. */
  readonly i: boolean;
  /** `^` and `$` match at every line. */
  readonly m: boolean;
  /** `.` matches a line's end too. */
  readonly s: boolean;
}

/** The most often that Go lets something be repeated. */
const MOST_REPEATS = 1_000;

/** Goes through a pattern of Go's and writes one of JavaScript's. */
class Translation {
  source = "";
  looksAhead = false;
  readonly #reader: Reader;
  #flags: Flags = { i: false, m: false, s: false };
  /** The flags that hold again where the open groups end. */
  readonly #groups: Flags[] = [];
  /** Whether there is something before that may be repeated. */
  #isRepeatable = false;

  constructor(pattern: string) {
    this.#reader = new Reader(pattern);
    while (!this.#reader.isAtEnd) this.#step();
    if (this.#groups.length > 0) throw new SyntaxError(`"(" is not closed`);
  }

  #step(): void {
    const reader = this.#reader;
    const quoted = reader.take(/^\\Q(?<text>.*?)(?:\\E|$)/su);
    if (quoted) {
      for (const it of quoted.groups?.["text"] ?? "") this.#one(quote(it));
      return;
    }
    if (reader.take(/^\|/)) return this.#write("|", false);
    if (reader.take(/^\)/)) return this.#closeGroup();
    if (/^\(/.test(reader.rest)) return this.#openGroup();
    const repeat = reader.take(
      /^(?:[*+?]|\{(?<least>0|[1-9]\d*)(?<more>,(?<most>0|[1-9]\d*)?)?\})\??/,
    );
    if (repeat) return this.#repeat(repeat);
    const place = reader.take(/^(?:[$^]|\\[AbBz])/)?.[0];
    if (place) return this.#place(place);
    if (reader.take(/^\./)) return this.#one(this.#flags.s ? "[^]" : "[^\\n]");
    this.#one(takeCharacters(reader));
  }

  #write(source: string, isRepeatable: boolean): void {
    this.source += source;
    this.#isRepeatable = isRepeatable;
  }

  /** Writes what matches one character. */
  #one(source: string): void {
    this.#write(this.#flags.i ? `(?i:${source})` : source, true);
  }

  /** Writes what matches between two characters, in a group since Go lets it be repeated. */
  #place(place: string): void {
    if (place !== "^" && place !== "\\A") this.looksAhead = true;
    this.#write(`(?:${this.#sourceOfPlace(place)})`, true);
  }

  #sourceOfPlace(place: string): string {
    switch (place) {
      // JavaScript's own `m` knows more ends of a line than \n.
      case "^":
        return this.#flags.m ? "(?<![^\\n])" : "^";
      case "$":
        return this.#flags.m ? "(?![^\\n])" : "$";
      case "\\A":
        return "^";
      case "\\z":
        return "$";
      default:
        return place;
    }
  }

  #repeat([text, ...rest]: RegExpExecArray): void {
    if (!this.#isRepeatable) {
      throw new SyntaxError(`there is nothing that ${text} could repeat`);
    }
    const [least, , most = least] = rest;
    if (Number(least ?? 0) > Number(most ?? 0)) {
      throw new SyntaxError(`${text} runs backwards`);
    }
    if (Math.max(Number(least ?? 0), Number(most ?? 0)) > MOST_REPEATS) {
      throw new SyntaxError(`${text} is more than ${MOST_REPEATS} times`);
    }
    this.#write(text, false);
  }

  #openGroup(): void {
    const reader = this.#reader;
    if (/^\(\?<?[=!]/.test(reader.rest)) {
      throw new SyntaxError("there is no lookahead and no lookbehind");
    }
    const flags = reader.take(
      /^\(\?(?<on>[imsU]*)(?:-(?<off>[imsU]+))?(?<end>[:)])/,
    )?.groups;
    const before = this.#flags;
    if (flags) {
      const { on = "", off = "", end } = flags;
      this.#flags = withFlags(withFlags(before, on, true), off, false);
      if (end === ")") return;
    } else if (!reader.take(/^\(\?P?<\w+>|^\((?!\?)/)) {
      const [head] = /^\(\?P?<?[^:)>]*./su.exec(reader.rest) ?? ["(?"];
      throw new SyntaxError(`there is no group that begins with ${head}`);
    }
    this.#groups.push(before);
    this.#write("(?:", false);
  }

  #closeGroup(): void {
    const flags = this.#groups.pop();
    if (!flags) throw new SyntaxError(`")" closes nothing`);
    this.#flags = flags;
    this.#write(")", true);
  }
}

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return {
    i: letters.includes("i") ? value : flags.i,
    m: letters.includes("m") ? value : flags.m,
    s: letters.includes("s") ? value : flags.s,
  };
}
