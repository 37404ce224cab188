/**
 * What sources of file system events tell.
 *
 * @module
 */

/** Something that happened in a folder, as far as it can be believed. */
export interface FolderEvent {
  /** Whether files were only written to; else they may have come, gone or been replaced. */
  readonly isEdit: boolean;
  /** Whether it may be about anything: events were lost, or it is about a folder as a whole. */
  readonly isVague: boolean;
  /** The real paths that it names; not always those that it is about. None if nobody knows. */
  readonly paths: readonly string[];
}
