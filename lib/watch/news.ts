/**
 * What events mean for what is watched.
 *
 * @module
 */

import { dirname } from "@std/path";
import type { FolderEvent } from "./folder_event.ts";
import type { Listing } from "./scope.ts";
import { newsOf, type Stale } from "./tree.ts";

/** What was heard since the last look. Most events in a folder are nobody's business. */
export class News {
  #edited = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #replaced = new Set<string>();
  #isVague = false;

  /** The inputs that were written to. */
  get edited(): ReadonlySet<string> {
    return this.#edited;
  }

  /** The same, and forgets them. */
  takeEdited(): ReadonlySet<string> {
    const edited = this.#edited;
    this.#edited = new Set();
    return edited;
  }

  /** Whether there may be other inputs than before, or other ways to them. */
  get isRestructured(): boolean {
    return this.#isVague || this.#folders.size > 0;
  }

  /** The folders about which that was heard; undefined if it may be any. */
  get stale(): Stale | undefined {
    if (this.#isVague) return undefined;
    return { folders: this.#folders, replaced: this.#replaced };
  }

  /** Notes that anything may be other than before. */
  doubt(): void {
    this.#isVague = true;
  }

  /** Notes what an event may have changed. */
  hear(event: FolderEvent, listing: Listing | undefined): void {
    const { isEdit, isVague, paths } = event;
    if (isVague || !listing) return this.doubt();
    for (const path of paths) {
      if (listing.turnings.has(path)) {
        this.doubt();
        continue;
      }
      const input = listing.inputs.get(path);
      const kind = kindOf(path);
      if (input !== undefined && (isEdit || kind === "file")) {
        this.#edited.add(input);
      } else if (input !== undefined) {
        this.#folders.add(dirname(path));
      }
      for (const tree of listing.trees) {
        if (isEdit) {
          // Who may read a folder decides about what is in it.
          if (tree.branches.has(path)) this.#folders.add(path);
          continue;
        }
        if (input !== undefined && kind === "file") continue;
        const news = newsOf(tree, path, kind === "link" ? "file" : kind);
        if (news === "nothing") continue;
        this.#folders.add(dirname(path));
        if (news === "a folder") this.#replaced.add(path);
      }
    }
  }
}

function kindOf(path: string): "file" | "folder" | "link" | "missing" {
  try {
    const { isDirectory, isFile } = Deno.lstatSync(path);
    return isDirectory ? "folder" : isFile ? "file" : "link";
  } catch {
    return "missing";
  }
}
