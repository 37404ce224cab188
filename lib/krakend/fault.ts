/**
 * What can be wrong with a file.
 *
 * @module
 */

/** One thing that is wrong with a file. */
export interface Fault {
  /** Where it begins, counted from 0, in UTF-16 code units. */
  readonly offset: number;
  /** How much of the text it is about, in UTF-16 code units; 0 at the end of the text. */
  readonly length: number;
  /** One sentence, without any value of the file. */
  readonly message: string;
  /** Whether the file can be used in spite of it. */
  readonly isWarning?: boolean;
}
