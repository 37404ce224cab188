/**
 * Keeps the passwords of URLs out of messages.
 *
 * @module
 */

/** The same text with `***` for the user and password of every URL. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/)[^\s/'"]+@/g, "$1***@");
}
