/**
 * Reading a pattern from left to right.
 *
 * @module
 */

/** A text of which one piece after another is taken away. */
export class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  /** Whether everything is taken. */
  get isAtEnd(): boolean {
    return this.#rest === "";
  }

  /** What is not taken yet. */
  get rest(): string {
    return this.#rest;
  }

  /**
   * Takes what matches, if the rest begins with it.
   *
   * @param regexp Begins with `^`; it must not be global or sticky, since these remember.
   */
  take(regexp: RegExp): RegExpExecArray | undefined {
    const match = regexp.exec(this.#rest) ?? undefined;
    if (match) this.#rest = this.#rest.slice(match[0].length);
    return match;
  }
}

/** Writes a character so that it means itself anywhere in a RegExp with the flag `u`. */
export function quote(character: string): string {
  if (/^[0-9A-Za-z]$/.test(character)) return character;
  return `\\u{${codePointOf(character).toString(16)}}`;
}

/** The number of the first character. */
export function codePointOf(text: string): number {
  return text.codePointAt(0) ?? 0;
}
