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
import type { Input, Tree } from "./watch/snapshot.ts";

/** The working folder, by its path: if it is replaced, the new one counts. */
export const BASE = Deno.cwd();

/** Options for {@linkcode Watched}. */
export interface WatchedOptions {
  readonly options: Options;
  /** The configuration file, absolute; undefined if there is none. */
  readonly configPath: string | undefined;
  /** A file that gateways write, absolute: never an input. */
  readonly output?: string | undefined;
  /** Whether everything in the working folder counts if the options name nothing. */
  readonly isEverything?: boolean;
}

/** Makes the inputs of a {@linkcode Watcher}. */
export class Watched {
  readonly #config: Input[];
  readonly #chosen: Input[];
  readonly #output: string | undefined;
  readonly #partials: Filter;

  private constructor(
    { configPath, output }: WatchedOptions,
    chosen: Input[],
    partials: Filter,
  ) {
    this.#config = configPath
      ? [{ path: configPath, why: "the configuration" }]
      : [];
    this.#chosen = chosen;
    this.#output = output === configPath ? undefined : output;
    this.#partials = partials;
  }

  /**
   * Reads the options.
   *
   * @throws {UsageError} If a pattern is malformed.
   */
  static async from(given: WatchedOptions): Promise<Watched> {
    const { options } = given;
    const { all, globs, inverseGlobs, regexes, inverseRegexes } = options;
    const patterns = [globs, inverseGlobs, regexes, inverseRegexes].flat();
    const files = await parseFilter({ all, only: "only-files" });
    const hasPatterns = patterns.length > 0 || options.only !== undefined;
    const isEverything = given.isEverything && options.watch.length === 0;
    const chosen = options.watch.map((written): Input => {
      const path = resolve(BASE, written);
      const why = `--watch ${written}`;
      const key = `files ${all}`;
      return { path, why, tree: treeOf(key, files, true) };
    });
    if (hasPatterns || isEverything) {
      const filter = await parseFilter(options);
      chosen.push({
        path: BASE,
        why: "matches the patterns",
        tree: treeOf("patterns", filter, true),
      });
    }
    return new Watched(given, chosen, files);
  }

  /** Returns the inputs, with those that a configuration names. */
  with(named: readonly NamedInput[]): Input[] {
    const inputs = [
      ...this.#config,
      ...named.map((it) => this.#inputOf(it)),
      ...this.#chosen,
    ];
    return inputs.filter(({ path, tree }) => tree || path !== this.#output);
  }

  /** Whether a path is no input, whatever names it. */
  ignores(path: string): boolean {
    return path === this.#output || isPrivate(path);
  }

  #inputOf({ path: written, why, folder }: NamedInput): Input {
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
        // KrakenD reads by the name alone: an editor's lock counts, too. Of
        // partials it reads those that a template includes.
        accepts: (path, isDirectory) =>
          !isDirectory && isNamed(path.slice(path.lastIndexOf("/") + 1)) &&
          (!isDeep || this.#partials.matches(path, false)),
        excludesFolder: (path) =>
          !isDeep || this.#partials.excludesFolder(path),
      },
    };
  }
}

function treeOf(key: string, filter: Filter, isLazy: boolean): Tree {
  return {
    key,
    isLazy,
    accepts: (path, isDirectory) => filter.matches(path, isDirectory),
    excludesFolder: (path) => filter.excludesFolder(path),
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
