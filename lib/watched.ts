/**
 * All that is watched: the configuration and what it names, `--watch`, and
 * what matches the patterns.
 *
 * @module
 */

import { relative, resolve } from "@std/path/posix";
import type { Options } from "./cli/options.ts";
import { ifPossible } from "./errors.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import { type Filter, parseFilter } from "./match/filter.ts";
import { isPrivate } from "./private_folder.ts";
import type { Input } from "./watch/snapshot.ts";

/** The working folder, by its path: if it is replaced, the new one counts. */
export const BASE = ifPossible(() => Deno.cwd()) ?? "/";

/** Makes the inputs of a {@linkcode Watcher}. */
export interface Watched {
  /** Returns the inputs, with those that a configuration names. */
  with(named: readonly NamedInput[]): Input[];
  /** Whether a path is no input, whatever names it. */
  ignores(path: string): boolean;
}

/** What the command line says of inputs, besides its options. */
export interface WatchedOptions {
  /** The configuration file, absolute; undefined if there is none. */
  readonly configPath?: string;
  /** A file that gateways write, absolute: never an input. */
  readonly output?: string | undefined;
  /** Whether everything in the working folder counts if the options name nothing. */
  readonly isEverything?: boolean;
}

/**
 * Reads the options.
 *
 * @throws {UsageError} If a pattern is malformed.
 */
export async function watchedBy(
  options: Options,
  { configPath, output, isEverything = false }: WatchedOptions,
): Promise<Watched> {
  const { all, globs, inverseGlobs, regexes, inverseRegexes } = options;
  const patterns = [globs, inverseGlobs, regexes, inverseRegexes].flat();
  const files = await parseFilter({ all, only: "only-files" });
  const chosen = options.watch.map((written): Input => ({
    path: resolve(BASE, written),
    why: `--watch ${written}`,
    tree: { key: `files ${all}`, isLazy: true, ...files },
  }));
  const isAll = isEverything && chosen.length === 0;
  if (patterns.length > 0 || options.only !== undefined || isAll) {
    const filter = await parseFilter(options);
    chosen.push({
      path: BASE,
      why: "matches the patterns",
      tree: { key: "patterns", isLazy: true, ...filter },
    });
  }
  const config: Input[] = configPath === undefined
    ? []
    : [{ path: configPath, why: "the configuration" }];
  const ignored = output === configPath ? undefined : output;
  return {
    with: (named) =>
      [...config, ...named.map((it) => inputOf(it, files)), ...chosen]
        .filter(({ path, tree }) => tree || path !== ignored),
    ignores: (path) => path === ignored || isPrivate(path),
  };
}

/** @param files Which files of the folders in a folder count. */
function inputOf(
  { path: written, why, folder }: NamedInput,
  files: Filter,
): Input {
  const path = resolve(BASE, written);
  if (!folder) return { path, why };
  const { isDeep, pattern, atEnd, isLazy = false } = folder;
  const isNamed = (name: string) =>
    atEnd ? name.endsWith(pattern) : name.includes(pattern);
  return {
    path,
    why,
    tree: {
      key: JSON.stringify(folder),
      isLazy,
      // KrakenD reads by the name alone: an editor's lock counts, too, and what
      // is no file is a fault. Of partials it reads those that a template
      // includes.
      isByName: atEnd,
      accepts: (path, isDirectory) =>
        (atEnd || !isDirectory) &&
        isNamed(path.slice(path.lastIndexOf("/") + 1)) &&
        (!isDeep || files.accepts(path, false)),
      excludesFolder: (path) => !isDeep || files.excludesFolder(path),
    },
  };
}

/** Returns a path relative to the working folder if it is in there, with a "/" at the end of a folder. */
export function nameOf(path: string): string {
  const name = path.startsWith(`${BASE === "/" ? "" : BASE}/`)
    ? relative(BASE, path)
    : path;
  const info = ifPossible(() => Deno.statSync(path));
  return info?.isDirectory ? `${name}/` : name;
}
