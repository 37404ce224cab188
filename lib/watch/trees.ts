/**
 * Which files of a folder count, as they come and go.
 *
 * @module
 */

import type { Files } from "./files.ts";
import { isFolder, join, parentOf } from "./paths.ts";
import type { Tree } from "./snapshot.ts";

/** A folder, as it was listed: names in it. */
interface Folder {
  /** Files, and folders that count themselves. */
  readonly files: readonly string[];
  /** Links that count, whether anything is behind them or not. */
  readonly links: readonly string[];
  /** Folders that may hold files that count. */
  readonly folders: readonly string[];
}

/** Options for {@linkcode Listing}. */
export interface ListingOptions {
  /** Gets the fingerprints of the folders. */
  readonly files: Files;
  /** Returns whether neither a path nor anything in it ever counts. */
  readonly ignored: (path: string) => boolean;
  /** Ends the listing early. */
  readonly signal: AbortSignal;
}

/** After so many names other work gets its turn. */
const BATCH = 1_000;

/** The files of a tree. Links to folders are not followed, so there are no loops. */
export class Listing {
  readonly #options: ListingOptions;
  readonly #folders = new Map<string, Folder>();
  /** The folders to be listed. */
  readonly #stale: Set<string>;
  /** Whether it was listed once. */
  isComplete = false;
  /** The digests of its files when it was listed first; only of a lazy tree. */
  readonly baseline = new Map<string, string>();

  /** @param root The path of the tree. */
  constructor(
    readonly root: string,
    readonly tree: Tree,
    options: ListingOptions,
  ) {
    this.#options = options;
    this.#stale = new Set([root]);
  }

  /** The paths of its files; its own if it is no folder. */
  paths(): string[] {
    return this.#folders.size === 0
      ? [this.root]
      : this.#pathsOf(({ files, links }) => [...files, ...links]);
  }

  /** The paths of the links among them. */
  links(): string[] {
    return this.#pathsOf(({ links }) => links);
  }

  /** The paths of its folders, the root among them. */
  folders(): string[] {
    return [...this.#folders.keys()];
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  /**
   * Marks the folder to be listed again after an event.
   *
   * @returns Whether the event concerns the tree.
   */
  invalidate(path: string): boolean {
    const isRoot = path === this.root;
    const folder = isRoot || this.hasFolder(path) ? path : parentOf(path);
    if (folder !== path) {
      if (!this.hasFolder(folder) || this.#options.ignored(path)) return false;
      const { tree } = this;
      const name = this.#nameOf(path);
      if (
        !tree.accepts(name, false) && !tree.accepts(name, true) &&
        !isFolder(path, Deno.lstatSync)
      ) return false;
    }
    this.#stale.add(folder);
    return true;
  }

  /**
   * Lists the folders that are marked, and those that are new in them.
   *
   * @returns Whether other paths may count than before.
   */
  async refresh(): Promise<boolean> {
    const { files, signal } = this.#options;
    let isChanged = false;
    const queue = [...this.#stale];
    this.#stale.clear();
    let count = 0;
    for (const path of queue) {
      if (signal.aborted) break;
      if (count > BATCH) {
        count = 0;
        await new Promise((resolve) => setTimeout(resolve));
      }
      const before = this.#folders.get(path);
      const folder = this.#list(path);
      if (JSON.stringify(before) !== JSON.stringify(folder)) {
        isChanged = true;
        const gone = new Set(before?.folders).difference(
          new Set(folder?.folders),
        );
        for (const name of gone) this.#remove(join(path, name));
        if (folder) this.#folders.set(path, folder);
        else this.#remove(path);
      }
      count += 1 + (folder?.files.length ?? 0);
      for (const name of folder?.folders ?? []) {
        const subfolder = join(path, name);
        const isKnown = this.hasFolder(subfolder) && files.isSame(subfolder);
        if (!isKnown) queue.push(subfolder);
      }
    }
    return isChanged;
  }

  #list(path: string): Folder | undefined {
    const { ignored } = this.#options;
    const info = this.#options.files.stamp(path);
    if (info instanceof Error || !info.isDirectory) return undefined;
    const files: string[] = [];
    const links: string[] = [];
    const folders: string[] = [];
    for (const entry of entriesOf(path)) {
      const { name, isFile, isDirectory, isSymlink } = entry;
      const whole = join(path, name);
      // A name that is not UTF-8 opens nothing. Pipes, sockets and devices are no files.
      if (name.includes("\uFFFD") || ignored(whole)) continue;
      if (!isFile && !isDirectory && !isSymlink) continue;
      const relative = this.#nameOf(whole);
      const leadsToFolder = isDirectory || (isSymlink && isFolder(whole));
      if (this.tree.accepts(relative, leadsToFolder)) {
        (isSymlink ? links : files).push(name);
      }
      if (isDirectory && !this.tree.excludesFolder(relative)) {
        folders.push(name);
      }
    }
    return { files, links, folders };
  }

  #remove(path: string): void {
    const folder = this.#folders.get(path);
    this.#folders.delete(path);
    for (const name of folder?.folders ?? []) this.#remove(join(path, name));
  }

  #pathsOf(namesOf: (folder: Folder) => readonly string[]): string[] {
    return [...this.#folders].flatMap(([path, folder]) =>
      namesOf(folder).map((name) => join(path, name))
    );
  }

  /** Returns a path as the tree knows it. */
  #nameOf(path: string): string {
    return path.slice(join(this.root, "-").length - 1);
  }
}

function entriesOf(folder: string): Iterable<Deno.DirEntry> {
  try {
    return Deno.readDirSync(folder);
  } catch {
    return [];
  }
}
