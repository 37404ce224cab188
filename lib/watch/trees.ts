/**
 * Which files of a folder count, as they come and go.
 *
 * @module
 */

import { infoOf, join, parentOf } from "./paths.ts";
import type { Stamps, Tree } from "./snapshot.ts";

/** A folder, as it was listed: the names in it. */
interface Folder {
  /** Files and folders that count. */
  readonly files: readonly string[];
  /** Links that count, whether anything is behind them or not. */
  readonly links: readonly string[];
  /** Folders that may hold files that count. */
  readonly folders: readonly string[];
  readonly isReadable: boolean;
}

/** Options for {@linkcode Listing}. */
export interface ListingOptions {
  readonly stamps: Stamps;
  /** Returns whether neither a path nor anything in it ever counts. */
  readonly ignored: (path: string) => boolean;
  /** Ends the listing early. */
  readonly signal: AbortSignal;
}

/** After so many folders other work gets its turn. */
const BATCH = 50;

/** The files of a tree. Links to folders are not followed, so there are no loops. */
export class Listing {
  readonly #options: ListingOptions;
  readonly #folders = new Map<string, Folder>();
  /** The folders to be listed. */
  readonly #stale: Set<string>;
  /** Folders that came a moment ago: what came into them may have given no event. */
  readonly #young = new Set<string>();
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
    if (this.#folders.size === 0) return [this.root];
    return [...this.#folders].flatMap(([folder, { files, links }]) =>
      [...files, ...links].map((name) => join(folder, name))
    );
  }

  /** The paths of the links among them. */
  links(): string[] {
    return [...this.#folders].flatMap(([folder, { links }]) =>
      links.map((name) => join(folder, name))
    );
  }

  /** The paths of the folders that could be listed, the root among them. */
  folders(): string[] {
    return [...this.#folders].flatMap(([folder, { isReadable }]) =>
      isReadable ? [folder] : []
    );
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  /**
   * Marks what has to be listed again after an event.
   *
   * @param isEdit Whether the event only says that something was written to.
   * @returns Whether the event concerns the tree.
   */
  invalidate(path: string, isEdit: boolean): boolean {
    if (path === this.root || this.#folders.has(path)) {
      this.#stale.add(path);
      return true;
    }
    const parent = parentOf(path);
    if (!this.#folders.has(parent) || this.#options.ignored(path)) return false;
    const name = this.#nameOf(path);
    const isFolder = () => infoOf(path, Deno.lstatSync)?.isDirectory === true;
    const concerns = this.tree.accepts(name, false) ||
      (!isEdit && (this.tree.accepts(name, true) || isFolder()));
    if (concerns) this.#stale.add(parent);
    return concerns;
  }

  /** Whether there are folders that came a moment ago. */
  get hasYoung(): boolean {
    return this.#young.size > 0;
  }

  /** Marks these. */
  invalidateYoung(): void {
    for (const path of this.#young) this.#stale.add(path);
  }

  /**
   * Lists the folders that are marked, and those that are new in them.
   *
   * @returns Whether other paths may count than before.
   */
  async refresh(): Promise<boolean> {
    const { stamps, signal } = this.#options;
    let isChanged = false;
    const queue = [...this.#stale];
    this.#stale.clear();
    for (const [i, path] of queue.entries()) {
      if (signal.aborted) break;
      if (i % BATCH === BATCH - 1) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      const before = this.#folders.get(path);
      const folder = this.#list(path);
      if (JSON.stringify(before) === JSON.stringify(folder)) {
        this.#young.delete(path);
      } else {
        isChanged = true;
        if (this.isComplete && !before) this.#young.add(path);
        this.#replace(path, before, folder);
      }
      for (const name of folder?.folders ?? []) {
        const subfolder = join(path, name);
        const isKnown = this.#folders.has(subfolder) &&
          stamps.isSame(subfolder);
        if (!isKnown) queue.push(subfolder);
      }
    }
    return isChanged;
  }

  #replace(
    path: string,
    before: Folder | undefined,
    folder: Folder | undefined,
  ): void {
    if (folder) this.#folders.set(path, folder);
    else this.#remove(path);
    const names = new Set(folder?.folders);
    for (const name of before?.folders ?? []) {
      if (!names.has(name)) this.#remove(join(path, name));
    }
  }

  #remove(path: string): void {
    const folder = this.#folders.get(path);
    this.#folders.delete(path);
    this.#young.delete(path);
    for (const name of folder?.folders ?? []) this.#remove(join(path, name));
  }

  #list(path: string): Folder | undefined {
    const { stamps, ignored } = this.#options;
    const files: string[] = [];
    const links: string[] = [];
    const folders: string[] = [];
    try {
      if (!stamps.take(path).isDirectory) return undefined;
    } catch {
      return undefined;
    }
    let entries;
    try {
      entries = Deno.readDirSync(path);
    } catch {
      return { files, links, folders, isReadable: false };
    }
    for (const { name, isFile, isDirectory, isSymlink } of entries) {
      const whole = join(path, name);
      // A name that is not UTF-8 cannot be opened by it.
      if (name.includes("\uFFFD") || ignored(whole)) continue;
      // Pipes, sockets and devices are no files.
      if (!isFile && !isDirectory && !isSymlink) continue;
      const isFolder = isDirectory ||
        (isSymlink && infoOf(whole)?.isDirectory === true);
      const relative = this.#nameOf(whole);
      if (this.tree.accepts(relative, isFolder)) {
        (isSymlink ? links : files).push(name);
      }
      if (isDirectory && !this.tree.excludesFolder(relative)) {
        folders.push(name);
      }
    }
    return { files, links, folders, isReadable: true };
  }

  /** The path as the tree knows it. */
  #nameOf(path: string): string {
    return path.slice(join(this.root, "x").length - 1);
  }
}
