/**
 * The ways to files: links, and the folders that hold them. POSIX only, as
 * KrakenD is.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path/posix";
import { ifPossible } from "../errors.ts";
import { identityOf, statOf } from "./files.ts";

/** As many links as Linux follows on the way to one file. */
const MAX_LINKS = 40;

/**
 * A tree with more folders than this is watched as a whole, with those that it
 * excludes: the removal of a file costs Deno 2 µs for each folder that is
 * watched by itself. But Deno would follow all links to folders, and name what
 * is behind them by these: a part of a tree with such links is not.
 */
const MAX_FOLDERS = 300;

/** Real paths of folders, each with its identity: one in its place has another. */
export type Folders = ReadonlyMap<string, string>;

/** The ways to all inputs: what has to be watched so that each change of what their paths mean is noticed. */
export class Ways {
  /** The folders to be watched: those that hold files and links. */
  readonly folders = new Map<string, string>();
  /** Those of them to be watched with all that is in them. */
  readonly roots = new Set<string>();
  /** Links, the ends of ways and what is missing on them, by real path. */
  readonly #stops = new Set<string>();
  readonly #trees: {
    readonly real: string;
    readonly accepts: (path: string) => boolean;
  }[] = [];
  readonly #realFolders = new Map<string, string | undefined>();

  /**
   * Adds the way to a file.
   *
   * @returns Its real path; undefined if nothing is there.
   */
  addFile(path: string): string | undefined {
    const folder = this.#realFolder(dirname(path));
    if (folder === undefined) return undefined;
    const real = this.#follow(folder, [basename(path)]);
    if (real !== undefined) this.#addStop(real);
    return real;
  }

  /**
   * Adds the way to a tree.
   *
   * @param root Its path.
   * @param folders Its folders, by path, and the root among them; none if that is no folder.
   * @param holders Those in which links to folders are.
   * @param accepts Returns whether a file counts, by its path relative to the root.
   */
  addTree(
    root: string,
    folders: readonly string[],
    holders: ReadonlySet<string>,
    accepts: (path: string) => boolean,
  ): void {
    const real = this.#realFolder(root);
    if (real === undefined || folders.length === 0) {
      this.addFile(root);
      return;
    }
    this.#trees.push({ real, accepts });
    const isLarge = folders.length > MAX_FOLDERS;
    /** The folders that hold such links, or others that do. */
    const parts = new Set<string>();
    for (let path of isLarge ? folders.filter((it) => holders.has(it)) : []) {
      for (; isWithin(path, root) && !parts.has(path); path = dirname(path)) {
        parts.add(path);
      }
    }
    for (const path of folders) {
      const isWhole = isLarge && !parts.has(path);
      if (isWhole && path !== root && !parts.has(dirname(path))) continue;
      const folder = join(real, relativeTo(root, path));
      if (isWhole) this.roots.add(folder);
      const how = isWhole ? " and all in it" : "";
      this.folders.set(folder, identityAt(folder) + how);
    }
  }

  /**
   * Returns whether an event may be about an input.
   *
   * @param path The real path.
   * @param isWrite Whether it is about the content of a file, and no more.
   */
  concerns(path: string, isWrite: boolean): boolean {
    return this.#stops.has(path) ||
      this.#trees.some(({ real, accepts }) =>
        isWithin(path, real) && (!isWrite || accepts(relativeTo(real, path)))
      );
  }

  #realFolder(path: string): string | undefined {
    if (!this.#realFolders.has(path)) {
      this.#realFolders.set(path, this.#follow("/", [...partsOf(path), "."]));
    }
    return this.#realFolders.get(path);
  }

  /**
   * Follows names from a real folder on, as the kernel does. What comes before
   * another name, even `.`, must be a folder.
   *
   * @returns The real path; undefined if nothing is there.
   */
  #follow(folder: string, names: readonly string[]): string | undefined {
    const rest = names.toReversed();
    let real = folder;
    let links = 0;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (name === ".") continue;
      if (name === "..") {
        real = dirname(real);
        continue;
      }
      const path = join(real, name);
      const info = ifPossible(() => Deno.lstatSync(path));
      const isEnd = info && !info.isSymlink && rest.length === 0;
      if (isEnd || info?.isDirectory) {
        real = path;
        continue;
      }
      this.#addStop(path);
      if (!info?.isSymlink || ++links > MAX_LINKS) return undefined;
      const target = ifPossible(() => Deno.readLinkSync(path));
      if (target === undefined) return undefined;
      if (target.startsWith("/")) real = "/";
      rest.push(...partsOf(target).reverse());
    }
    return real;
  }

  #addStop(path: string): void {
    this.#stops.add(path);
    const folder = dirname(path);
    if (this.folders.has(folder)) return;
    this.folders.set(folder, identityAt(folder));
  }
}

/** Returns whether a path is a folder, or in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}

/** Returns a path in a folder relative to it; empty if it is the folder itself. */
export function relativeTo(folder: string, path: string): string {
  return path.slice(folder === "/" ? 1 : folder.length + 1);
}

/**
 * Returns the paths at which something is mounted. A mount of a single file, as
 * by `docker run -v ./krakend.json:…`, holds on to the file that it was made
 * of, and editors replace files.
 *
 * @param mountInfo The content of /proc/self/mountinfo (man 5 proc_pid_mountinfo).
 */
export function mountPointsIn(mountInfo: string): Set<string> {
  const paths = mountInfo.split("\n").flatMap((line) =>
    line.split(" ")[4] ?? []
  );
  // The kernel writes white space and backslashes as `\040` and the like.
  return new Set(paths.map((path) =>
    path.replace(
      /\\([0-7]{3})/g,
      (_, octal: string) => String.fromCharCode(parseInt(octal, 8)),
    )
  ));
}

function partsOf(path: string): string[] {
  return path.split("/").filter(Boolean);
}

function identityAt(folder: string): string {
  const stat = statOf(folder);
  return stat instanceof Error ? "" : identityOf(stat);
}
