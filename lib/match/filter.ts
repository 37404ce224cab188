/**
 * Which paths count: the filters of reflex, `-g -G -r -R --all --only-files --only-dirs`.
 *
 * @module
 */

import type { Patterns } from "../patterns.ts";
import { parseGlob } from "./glob.ts";
import { parseRegex } from "./regex.ts";

/** What a user can say about paths. */
export interface FilterPatterns extends Patterns {
  /** Whether the files of version control and editors count too. */
  readonly all: boolean;
}

/** Decides about paths: relative, not empty, without "./" before and with "/" between names. */
export interface Filter {
  /** Whether a path counts. The patterns see that of a folder with a "/" at its end. */
  matches(path: string, isDirectory: boolean): boolean;
  /**
   * Whether it is certain that nothing below a folder counts, whatever it is
   * called, so that nobody need look there. The folder itself may count.
   */
  excludesFolder(path: string): boolean;
}

/**
 * What reflex leaves out by default: version control, Vim, Emacs and macOS, as
 * regular expressions in Go's syntax. Those that may end anywhere are one and
 * so are the others, as large trees have many paths.
 */
const DEFAULT_EXCLUDES = [
  String.raw`(^|/)\.git/|(^|/)\.hg/|\.#`,
  String.raw`~$|\.swp$|(^|/)#.*#$|(^|/)\.DS_Store$`,
];

/** One pattern's say. Folders end in "/". */
interface Rule {
  accepts(path: string): boolean;
  /** Whether it accepts nothing that begins with the folder and goes on. */
  rejectsBelow(folder: string): boolean;
}

/**
 * Makes a filter of patterns. A path counts if no pattern speaks against it;
 * without any, every path does that is not left out by default.
 *
 * @throws {UsageError} If a pattern cannot be understood.
 */
export function parseFilter(patterns: FilterPatterns): Filter {
  const { all, only } = patterns;
  const rules = [
    ...(all ? [] : DEFAULT_EXCLUDES).map(notMatchingRegex),
    ...patterns.regexes.map(matchingRegex),
    ...patterns.inverseRegexes.map(notMatchingRegex),
    ...patterns.globs.map(matchingGlob),
    ...patterns.inverseGlobs.map(notMatchingGlob),
  ];
  return {
    matches(path, isDirectory) {
      if (only === (isDirectory ? "files" : "directories")) return false;
      const name = isDirectory ? asFolder(path) : path;
      return rules.every((rule) => rule.accepts(name));
    },
    excludesFolder(path) {
      const folder = asFolder(path);
      return rules.some((rule) => rule.rejectsBelow(folder));
    },
  };
}

function asFolder(path: string): string {
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}

function matchingGlob(text: string): Rule {
  const glob = parseGlob(text);
  return {
    accepts: (path) => glob.matches(path),
    rejectsBelow: (folder) => folder.split("/").length - 1 > glob.mostSlashes,
  };
}

function notMatchingGlob(text: string): Rule {
  const glob = parseGlob(text);
  return { accepts: (path) => !glob.matches(path), rejectsBelow: () => false };
}

function matchingRegex(text: string): Rule {
  const regex = parseRegex(text);
  return { accepts: (path) => regex.matches(path), rejectsBelow: () => false };
}

function notMatchingRegex(text: string): Rule {
  const regex = parseRegex(text);
  return {
    accepts: (path) => !regex.matches(path),
    // What a folder's path matches, every path that begins with it matches.
    rejectsBelow: (folder) => regex.isMatchFinal && regex.matches(folder),
  };
}
