/**
 * What a user can say about the paths of files.
 *
 * @module
 */

/** Patterns for paths. */
export interface Patterns {
  /** Globs of which each must match the whole path. */
  readonly globs: readonly string[];
  /** Globs of which none may match the whole path. */
  readonly inverseGlobs: readonly string[];
  /** Regular expressions, in Go's syntax, of which each must match somewhere in the path. */
  readonly regexes: readonly string[];
  /** Regular expressions, in Go's syntax, of which none may match anywhere in the path. */
  readonly inverseRegexes: readonly string[];
  /** The one kind that counts; without it, both. */
  readonly only: "files" | "directories" | undefined;
}
