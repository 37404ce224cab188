/**
 * A first look that leaves large trees out, so that nobody has to wait for them.
 *
 * @module
 */

import type { FileState, Snapshot } from "./snapshot.ts";

/** Makes later looks comparable to a first one that did not go everywhere. */
export class FirstLook {
  /** What it found. Learns what it left out when that is known, so that nobody takes it for new. */
  readonly snapshot: Snapshot;
  readonly #files: Map<string, FileState>;
  readonly #at: number;
  /** The digest of the whole, as it was at the first look. */
  #whole: string | undefined;

  /**
   * @param snapshot What it found.
   * @param at When it began, as `Date.now()` gives it.
   */
  constructor(snapshot: Snapshot, at: number) {
    this.#files = new Map(snapshot.files);
    this.snapshot = { ...snapshot, files: this.#files };
    this.#at = at;
  }

  /**
   * A later look at everything, as the first one would have called it: with
   * its digest, if nothing has changed since.
   */
  rename(later: Snapshot): Snapshot {
    if (this.#whole === undefined) {
      this.#whole = this.#isUnchanged(later) ? later.digest : "";
      if (this.#whole) {
        for (const [path, state] of later.files) this.#files.set(path, state);
      }
    }
    return later.digest === this.#whole
      ? { ...later, digest: this.snapshot.digest }
      : later;
  }

  #isUnchanged({ files }: Snapshot): boolean {
    const before = this.#files;
    return [...before].every(([path, { content }]) =>
      files.get(path)?.content === content
    ) &&
      [...files].every(([path, state]) =>
        before.has(path) || !this.#isTouched(state)
      );
  }

  #isTouched({ fingerprint }: FileState): boolean {
    const { mtime = 0, ctime = 0 } = fingerprint ?? {};
    // Deno gives ctime in whole seconds.
    return mtime >= this.#at || ctime > this.#at;
  }
}
