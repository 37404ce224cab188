/**
 * Keeps the passwords of URLs out of messages.
 *
 * @module
 */

/** The same text with `***` for the user and password of every URL, and for every value that a parser quotes. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/)[^\s/'"]+@/g, "$1***@")
    // mapstructure, of a value of the wrong type.
    .replaceAll(/\bvalue: '[^'\n]*'/g, "value: ***");
}
