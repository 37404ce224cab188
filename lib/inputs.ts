/**
 * Which files count, and why.
 *
 * @module
 */

import { resolve } from "@std/path";
import { acceptsName, type NamedInput } from "./krakend/inputs.ts";
import { parseFilter } from "./match/filter.ts";
import { isWithin } from "./system/paths.ts";
import type { Patterns } from "./patterns.ts";
import { isTemporary } from "./system/temporary.ts";
import type { Scope } from "./watch/scope.ts";
import type { Tree } from "./watch/tree.ts";

/** Where inputs are named. */
export interface InputSources {
  /** The working folder, absolute. */
  readonly cwd: string;
  /** The configuration file, absolute; undefined if there is none. */
  readonly configFile: string | undefined;
  /** What the configuration names. */
  readonly named: readonly NamedInput[];
  /** What the gateway's environment names. */
  readonly folders: readonly NamedInput[];
  /** A file that the gateway writes, and that is never an input, absolute. */
  readonly output: string | undefined;
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
  /** Equal for two with the same inputs. */
  readonly key: string;
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
  const reasons = new Map<string, string>();
  if (configFile) reasons.set(configFile, "the configuration");
  const trees: Reasoned[] = [];
  for (const { path, why, folder } of [...sources.folders, ...sources.named]) {
    const absolute = resolve(cwd, path);
    if (!folder) {
      if (!reasons.has(absolute)) reasons.set(absolute, why);
      continue;
    }
    const tree = acceptor({ ...NO_PATTERNS, all, only: "files" });
    trees.push({
      path: absolute,
      why,
      accepts: (name, isDirectory) =>
        tree.accepts(name, isDirectory) && acceptsName(folder, name),
      excludesFolder: (name) => !folder.deep || tree.excludesFolder(name),
    });
  }
  for (const path of sources.watch) {
    trees.push({
      path: resolve(cwd, path),
      why: `--watch ${path}`,
      ...acceptor({ ...NO_PATTERNS, all, only: "files" }),
    });
  }
  if (sources.patterns) {
    trees.push({
      path: cwd,
      why: "matches the patterns",
      ...acceptor({ ...sources.patterns, all }),
    });
  }
  const { output } = sources;
  if (output !== configFile) reasons.delete(output ?? "");
  return {
    scope: {
      files: [...reasons.keys()],
      trees: trees.map((tree) => withoutOurs(tree, output)),
    },
    key: JSON.stringify([
      [...reasons.keys()].sort(),
      [...new Set(sources.named.filter(({ folder }) => folder).map(keyOf))]
        .sort(),
    ]),
    why: (path) =>
      reasons.get(path) ??
        trees.find((tree) => isWithin(path, tree.path))?.why ?? "",
  };
}

function keyOf({ path, folder }: NamedInput): string {
  return JSON.stringify([path, folder]);
}

type Reasoned = Tree & { readonly why: string };

/** The same tree without a file that gateways write, and without what is ours. */
function withoutOurs(tree: Reasoned, output: string | undefined): Reasoned {
  return {
    ...tree,
    accepts: (name, isDirectory) =>
      tree.accepts(name, isDirectory) && !isTemporary(name) &&
      resolve(tree.path, name) !== output,
    excludesFolder: (name) => isTemporary(name) || tree.excludesFolder(name),
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
