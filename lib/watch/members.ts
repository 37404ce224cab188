/**
 * The files that inputs stand for, with their states.
 *
 * @module
 */

import type { Files } from "./files.ts";
import { infoOf } from "./paths.ts";
import {
  digestOf,
  type FileState,
  type Input,
  type Snapshot,
} from "./snapshot.ts";
import { Listing } from "./trees.ts";

/** What is other than before: no input, the content of some, or also which there are or where they lie. */
export type Change = "nothing" | "content" | "structure";

/** Options for {@linkcode Members}. */
export interface MembersOptions {
  readonly files: Files;
  /** Returns whether neither a path nor anything in it ever counts in a tree. */
  readonly ignored: (path: string) => boolean;
  /** Called when a lazy tree is listed. */
  readonly onListed: () => void;
  /** Called when that failed. */
  readonly onTrouble: (error: unknown) => void;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Knows which files count, and in which state they were when last read. */
export class Members {
  readonly #options: MembersOptions;
  #inputs: readonly Input[] = [];
  /** The trees, by path and key. */
  #listings = new Map<string, Listing>();
  /** The paths that count, in order, and whether only lazy trees accept them. */
  #paths: ReadonlyMap<string, boolean> = new Map();
  #baseline: ReadonlyMap<string, string> = new Map();
  /** The paths of files to be read. */
  #dirty = new Set<string>();
  #mustCount = true;
  /** The lazy trees that are being listed. */
  readonly #tasks = new Map<Listing, Promise<void>>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  get inputs(): readonly Input[] {
    return this.#inputs;
  }

  /** Takes other inputs. What is known of those that stay is kept. */
  set inputs(inputs: readonly Input[]) {
    const { files, ignored, signal } = this.#options;
    const before = this.#listings;
    this.#inputs = inputs;
    this.#mustCount = true;
    this.#listings = new Map();
    for (const { path, tree } of inputs) {
      if (!tree) continue;
      const key = `${path}\0${tree.key}`;
      const listing = before.get(key) ??
        new Listing(path, tree, { files, ignored, signal });
      this.#listings.set(key, listing);
    }
  }

  /** Those of files with a name of their own. */
  get files(): string[] {
    return this.#inputs.flatMap(({ path, tree }) => tree ? [] : [path]);
  }

  /** The trees that are listed. */
  get listings(): Listing[] {
    return [...this.#listings.values()].filter(({ isComplete }) => isComplete);
  }

  /**
   * Notes that something may have changed at a path.
   *
   * @returns Whether that concerns an input, or also the way to one.
   */
  hint(path: string): Change {
    const isMember = this.#paths.has(path);
    if (isMember) this.#dirty.add(path);
    if (isMember && infoOf(path, Deno.lstatSync)?.isFile) return "content";
    let concerns = false;
    for (const listing of this.#listings.values()) {
      if (listing.invalidate(path)) concerns = true;
    }
    return isMember ? "structure" : concerns ? "content" : "nothing";
  }

  /**
   * Lists and reads what was hinted at.
   *
   * @returns Whether the states of files have changed, or also which files count.
   */
  async update(): Promise<Change> {
    for (const listing of this.#listings.values()) {
      if (listing.tree.isLazy && !listing.isComplete) continue;
      if (await listing.refresh()) this.#mustCount = true;
      listing.isComplete = true;
    }
    const isStructure = this.#mustCount;
    if (isStructure) this.#count();
    const dirty = this.#dirty;
    this.#dirty = new Set();
    let isContent = false;
    for (const path of dirty) {
      if (this.#options.signal.aborted) break;
      if (!this.#paths.has(path)) continue;
      if (await this.#options.files.read(path)) isContent = true;
    }
    return isStructure ? "structure" : isContent ? "content" : "nothing";
  }

  async snapshot(): Promise<Snapshot> {
    const inputs = this.#inputs;
    const baseline = this.#baseline;
    const files = new Map<string, FileState>();
    for (const path of this.#paths.keys()) {
      const state = this.#options.files.stateOf(path);
      if (state) files.set(path, state);
    }
    return {
      digest: await digestOf({ files, baseline }),
      inputs,
      files,
      baseline,
      config: this.#options.files.config,
      isComplete: this.listings.length === this.#listings.size,
    };
  }

  /** Begins to list the lazy trees that are not. No snapshot waits for that. */
  listLazily(): void {
    for (const listing of this.#listings.values()) {
      if (listing.isComplete || this.#tasks.has(listing)) continue;
      const task = this.#list(listing).catch(this.#options.onTrouble)
        .finally(() => {
          this.#tasks.delete(listing);
          listing.isComplete = true;
          this.#mustCount = true;
          this.#options.onListed();
        });
      this.#tasks.set(listing, task);
    }
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#tasks.values());
  }

  async #list(listing: Listing): Promise<void> {
    const { files, signal } = this.#options;
    await listing.refresh();
    for (const path of listing.paths()) {
      if (signal.aborted) return;
      if (!files.stateOf(path)) await files.read(path);
      const digest = files.stateOf(path)?.digest;
      if (digest !== undefined) listing.baseline.set(path, digest);
    }
  }

  #count(): void {
    const { files } = this.#options;
    const { listings } = this;
    this.#mustCount = false;
    const isLazy = new Map(this.files.map((path) => [path, false]));
    for (const listing of listings) {
      for (const path of listing.paths()) {
        const isEager = !listing.tree.isLazy || isLazy.get(path) === false;
        isLazy.set(path, !isEager);
      }
    }
    const before = this.#paths;
    this.#paths = new Map(
      [...isLazy.keys()].sort().map((
        path,
      ) => [path, isLazy.get(path) === true]),
    );
    this.#baseline = new Map(
      listings.flatMap(({ baseline }) => [...baseline])
        .filter(([path]) => this.#paths.get(path) !== false),
    );
    for (const path of this.#paths.keys()) {
      if (!before.has(path) && !files.stateOf(path)) this.#dirty.add(path);
    }
    // What is read in the background is no member yet.
    if (this.#tasks.size > 0) return;
    files.retain((path) =>
      this.#paths.has(path) ||
      listings.some((listing) => listing.hasFolder(path))
    );
  }
}
