/**
 * Which paths count: the filters of reflex, `-g -G -r -R --all --only-files --only-dirs`.
 *
 * @module
 */

import type { Options } from "../cli/options.ts";
import { messageOf, UsageError } from "../errors.ts";
import { parseGlob } from "./glob.ts";

/** The options that choose paths. */
export type FilterOptions = Partial<
  Pick<
    Options,
    "globs" | "inverseGlobs" | "regexes" | "inverseRegexes" | "only" | "all"
  >
>;

/** Decides about paths: relative, not empty, without "./" before and with "/" between names. */
export interface Filter {
  /** Returns whether a path counts. The patterns get that of a folder with a "/" at its end. */
  accepts(path: string, isDirectory: boolean): boolean;
  /** Returns whether nothing below a folder can count, so that it need not be watched. */
  excludesFolder(path: string): boolean;
}

/** One pattern. Folders end in "/". */
interface Rule {
  accepts(path: string): boolean;
  /** Returns whether it rejects every path that begins with the folder; without it, it may accept some. */
  rejectsBelow?(folder: string): boolean;
}

/** A regular expression of either engine. */
type Regex = Pick<RegExp, "test">;

/**
 * The paths that reflex ignores by default: those of version control, Vim, Emacs,
 * macOS; and those of a volume of Kubernetes to which its files are links. Those
 * that may end anywhere are one expression, and so are the others.
 */
const DEFAULT_EXCLUDES = [
  /(?:^|\/)\.(?:(?:git|hg)\/|\.[^/])|\.#/,
  /~$|\.swp$|(?:^|\/)(?:#.*#|\.DS_Store)$/,
].map((regex) => excluding(regex, regex.source));

/**
 * Makes a filter of patterns. A path counts if every pattern accepts it.
 *
 * @throws {UsageError} If a pattern is malformed.
 */
export async function parseFilter(options: FilterOptions): Promise<Filter> {
  const rules = options.all ? [] : [...DEFAULT_EXCLUDES];
  for (const glob of options.globs ?? []) {
    // Only "/" and a set match a "/".
    const depth = glob.split(/[/[]/).length;
    rules.push({
      accepts: parseGlob(glob),
      rejectsBelow: (folder) => folder.split("/").length > depth,
    });
  }
  for (const glob of options.inverseGlobs ?? []) {
    const matches = parseGlob(glob);
    rules.push({ accepts: (path) => !matches(path) });
  }
  for (const pattern of options.regexes ?? []) {
    const regex = await compile(pattern);
    rules.push({ accepts: (path) => regex.test(path) });
  }
  for (const pattern of options.inverseRegexes ?? []) {
    rules.push(excluding(await compile(pattern), pattern));
  }
  return {
    accepts(path, isDirectory) {
      const other = isDirectory ? "only-files" : "only-dirs";
      if (options.only === other) return false;
      const name = isDirectory ? asFolder(path) : path;
      return rules.every((rule) => rule.accepts(name));
    },
    excludesFolder(path) {
      const folder = asFolder(path);
      return rules.some((rule) => rule.rejectsBelow?.(folder));
    },
  };
}

function asFolder(path: string): string {
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}

function excluding(regex: Regex, pattern: string): Rule {
  // A match stays one whatever follows the folder, unless the expression asks
  // what follows. One that only seems to ask costs a watch, not a change.
  const isMatchFinal = !/\$|\\[bBz]/.test(pattern);
  return {
    accepts: (path) => !regex.test(path),
    rejectsBelow: (folder) => isMatchFinal && regex.test(folder),
  };
}

/**
 * Compiles a regular expression of Go's, for an engine that is linear in time
 * for every pattern, as `RegExp` is not. One difference from Go is known: two
 * groups with the same name are refused.
 */
async function compile(pattern: string): Promise<Regex> {
  // Only those who use it load it.
  const { RE2JS } = await import("re2js");
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = messageOf(error).replace(/^error parsing regexp: /, "");
    throw new UsageError(
      `Cannot read "${pattern}" as a regular expression: ${reason}. ` +
        "Write it as for Go: https://github.com/google/re2/wiki/Syntax",
    );
  }
}
