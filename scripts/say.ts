/**
 * How scripts talk to the person who runs them.
 *
 * @module
 */

/** Writes a line to standard error, so that standard output holds results only. */
export function say(text: string): void {
  // deno-lint-ignore no-console -- this is the one place where scripts print
  console.error(text);
}
