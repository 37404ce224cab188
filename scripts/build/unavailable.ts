/**
 * What cannot be made here, which is no fault of the build.
 *
 * @module
 */

/** A file cannot be made here; the message is the reason. */
export class Unavailable extends Error {
  override name = "Unavailable";
}
