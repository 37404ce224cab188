/**
 * The error of what cannot be done here.
 *
 * @module
 */

/** A file cannot be made static: the message is the reason, and names what would help. */
export class StaticError extends Error {
  override name = "StaticError";
}
