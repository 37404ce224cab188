/**
 * What the keys mean.
 *
 * @module
 */

import type { Request } from "../requests.ts";

/** What a key does. */
export type KeyMeaning = Request & ("restart" | "check" | "quit") | "help";

const KEYS: ReadonlyMap<string, KeyMeaning> = new Map([
  ["r", "restart"],
  ["c", "check"],
  ["q", "quit"],
  ["?", "help"],
  ["h", "help"],
  // Where a terminal cannot be told to make it a signal (Windows).
  ["\x03", "quit"],
]);

/** The keys and what they do, one a line. */
export const KEYS_TEXT = `r  restart now, if the configuration passes its check
c  check now and tell, without a restart
q  quit, when requests in flight are done; once more: at once
?  this help`;

/**
 * What to do for what came from the keyboard.
 *
 * @param text One key, or several that were pressed fast. A text with anything
 * else in it was pasted, or is an answer of the terminal: it means nothing.
 */
export function meaningsOf(text: string): KeyMeaning[] {
  const meanings = [...text].map((key) => KEYS.get(key.toLowerCase()));
  const known = meanings.filter((meaning) => meaning !== undefined);
  return known.length === meanings.length ? known : [];
}
