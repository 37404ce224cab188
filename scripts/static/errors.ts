/**
 * Errors of the build.
 *
 * @module
 */

/** Something cannot be made on this machine: the message is the reason, and names what would help. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/** A file cannot be made static. */
export class StaticError extends Unavailable {
  override name = "StaticError";
}
