/**
 * Places in files.
 *
 * @module
 */

/** A place in a file, as people count. */
export interface Place {
  /** The file, as the user knows it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}
