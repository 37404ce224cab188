/**
 * The files that inputs stand for, with their states.
 *
 * @module
 */

import { infoOf } from "./paths.ts";
import {
  digestOf,
  type FileState,
  type Input,
  type Snapshot,
} from "./snapshot.ts";
import { Listing, type ListingOptions } from "./trees.ts";

/** How much may be other than before: nothing of the inputs, their content, or also which files count and where they lie. */
export type Change = "nothing" | "content" | "structure";

/** Options for {@linkcode Members}. */
export interface MembersOptions extends ListingOptions {
  /** Called when a lazy tree is listed. */
  readonly onListed: () => void;
  /** Called when that failed. */
  readonly onTrouble: (error: unknown) => void;
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
    const before = this.#listings;
    this.#inputs = inputs;
    this.#mustCount = true;
    this.#listings = new Map();
    for (const { path, tree } of inputs) {
      if (!tree) continue;
      const key = `${path}\0${tree.key}`;
      const known = before.get(key);
      const listing = known ?? new Listing(path, tree, this.#options);
      this.#listings.set(key, listing);
    }
  }

  /** The paths of the inputs without a tree. */
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
        isLazy.set(path, listing.tree.isLazy && isLazy.get(path) !== false);
      }
    }
    const before = this.#paths;
    this.#paths = new Map(
      [...isLazy].sort(([a], [b]) => a < b ? -1 : 1),
    );
    this.#baseline = new Map(
      listings.flatMap(({ baseline }) => [...baseline])
        .filter(([path]) => this.#paths.get(path) !== false),
    );
    for (const path of this.#paths.keys()) {
      if (!before.has(path) && !files.stateOf(path)) this.#dirty.add(path);
    }
    // Files that are read in the background are no members yet.
    if (this.#tasks.size > 0) return;
    files.retain((path) =>
      this.#paths.has(path) ||
      listings.some((listing) => listing.hasFolder(path))
    );
  }
}
