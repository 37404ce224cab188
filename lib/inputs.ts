/**
 * Which files count, and why.
 *
 * @module
 */

import { resolve } from "@std/path";
import { parseFilter } from "./match/filter.ts";
import type { Patterns } from "./options.ts";
import { isWithin } from "./paths.ts";
import type { Scope, Tree } from "./watch/scope.ts";

/** Where inputs are named. */
export interface InputSources {
  /** The working folder, absolute. */
  readonly cwd: string;
  /** The configuration file, absolute. */
  readonly configFile: string;
  /** The paths of `--watch`. */
  readonly watch: readonly string[];
  /** The patterns for files of the working folder. */
  readonly patterns: Patterns | undefined;
  /** Whether the files of version control and editors count too. */
  readonly all: boolean;
}

/** The inputs of a gateway. */
export interface Inputs {
  readonly scope: Scope;
  /** Says why a file is an input. */
  why(path: string): string;
}

/**
 * Puts together what is to be watched.
 *
 * @throws {UsageError} If a pattern cannot be understood.
 */
export function inputsOf(sources: InputSources): Inputs {
  const { cwd, configFile, all } = sources;
  const trees: (Tree & { readonly why: string })[] = sources.watch.map(
    (path) => ({
      path: resolve(cwd, path),
      why: `--watch ${path}`,
      ...acceptor({ ...NO_PATTERNS, all, only: "files" }),
    }),
  );
  if (sources.patterns) {
    trees.push({
      path: cwd,
      why: "matches the patterns",
      ...acceptor({ ...sources.patterns, all }),
    });
  }
  return {
    scope: { files: [configFile], trees },
    why(path) {
      if (path === configFile) return "the configuration";
      const tree = trees.find((tree) => isWithin(path, tree.path));
      return tree?.why ?? "";
    },
  };
}

const NO_PATTERNS = {
  globs: [],
  inverseGlobs: [],
  regexes: [],
  inverseRegexes: [],
};

function acceptor(patterns: Parameters<typeof parseFilter>[0]) {
  const filter = parseFilter(patterns);
  return {
    accepts: (path: string, isDirectory: boolean) =>
      filter.matches(path, isDirectory),
    excludesFolder: (path: string) => filter.excludesFolder(path),
  };
}
