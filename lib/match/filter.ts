/**
 * Which paths count: the filters of reflex, `-g -G -r -R --all --only-files --only-dirs`.
 *
 * @module
 */

import { messageOf, UsageError } from "../errors.ts";

/** The patterns for paths that the command line gives. */
export interface FilterOptions {
  /** Globs of which each must match the whole path. */
  readonly globs: readonly string[];
  /** Globs of which none may match the whole path. */
  readonly inverseGlobs: readonly string[];
  /** Regular expressions of Go's of which each must match somewhere in the path. */
  readonly regexes: readonly string[];
  /** Regular expressions of Go's of which none may match anywhere in the path. */
  readonly inverseRegexes: readonly string[];
  /** The one kind that counts; undefined for both. */
  readonly only: "files" | "directories" | undefined;
  /** Whether the files of version control and editors count too. */
  readonly all: boolean;
}

/** Decides about paths: relative, not empty, without "./" before and with "/" between names. */
export interface Filter {
  /** Returns whether a path counts. The patterns get that of a folder with a "/" at its end. */
  matches(path: string, isDirectory: boolean): boolean;
  /** Returns whether nothing below a folder can count, so that it need not be watched. */
  excludesFolder(path: string): boolean;
}

/** One pattern. Folders end in "/". */
interface Rule {
  accepts(path: string): boolean;
  /** Returns whether it rejects every path that begins with the folder. */
  rejectsBelow(folder: string): boolean;
}

/**
 * The paths that reflex ignores by default: those of version control, Vim, Emacs,
 * macOS. Those that may end anywhere are one expression, and so are the others.
 */
const DEFAULT_EXCLUDES: readonly Rule[] = [
  excluding(/(?:^|\/)\.(?:git|hg)\/|\.#/, true),
  excluding(/~$|\.swp$|(?:^|\/)(?:#.*#|\.DS_Store)$/, false),
];

/**
 * Makes a filter of patterns. A path counts if every pattern accepts it.
 *
 * @throws {UsageError} If a pattern is malformed.
 */
export async function parseFilter(options: FilterOptions): Promise<Filter> {
  const { all, only, globs, inverseGlobs, regexes, inverseRegexes } = options;
  const rules: Rule[] = all ? [] : [...DEFAULT_EXCLUDES];
  // Each engine is loaded by those alone who use it.
  if (globs.length + inverseGlobs.length > 0) {
    const { parseGlob } = await import("./glob.ts");
    for (const glob of globs) {
      const { matches, mostSlashes } = parseGlob(glob);
      rules.push({
        accepts: matches,
        rejectsBelow: (folder) => folder.split("/").length - 1 > mostSlashes,
      });
    }
    for (const glob of inverseGlobs) {
      const { matches } = parseGlob(glob);
      rules.push({
        accepts: (path) => !matches(path),
        rejectsBelow: () => false,
      });
    }
  }
  if (regexes.length + inverseRegexes.length > 0) {
    const compile = await loadCompiler();
    for (const regex of regexes) {
      const compiled = compile(regex);
      rules.push({
        accepts: (path) => compiled.test(path),
        rejectsBelow: () => false,
      });
    }
    for (const regex of inverseRegexes) {
      // A match stays one whatever follows the folder, unless the expression asks
      // what follows. One that only seems to ask costs a watch, not a change.
      rules.push(excluding(compile(regex), !/\$|\\[bBz]/.test(regex)));
    }
  }
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

/** A regular expression of either engine. */
interface Regex {
  test(path: string): boolean;
}

/** @param isMatchFinal Whether a match stays one, whatever follows. */
function excluding(regex: Regex, isMatchFinal: boolean): Rule {
  return {
    accepts: (path) => !regex.test(path),
    rejectsBelow: (folder) => isMatchFinal && regex.test(folder),
  };
}

/**
 * Loads the engine for Go's regular expressions: linear in time for every
 * pattern, as `RegExp` is not. One difference from Go is known: two groups
 * with the same name are refused.
 */
async function loadCompiler(): Promise<(pattern: string) => Regex> {
  const { RE2JS } = await import("re2js");
  return (pattern) => {
    try {
      return RE2JS.compile(pattern);
    } catch (error) {
      const reason = messageOf(error).replace(/^error parsing regexp: /, "");
      throw new UsageError(
        `Cannot read "${pattern}" as a regular expression: ${reason}. ` +
          "Write it as for Go: https://github.com/google/re2/wiki/Syntax",
      );
    }
  };
}
