/**
 * The first stage: tells whenever the content of an input is another.
 *
 * @module
 */

import { FolderEvents } from "./events.ts";
import type { Mode } from "./mode.ts";
import { FirstLook } from "./first_look.ts";
import { News } from "./news.ts";
import { plan } from "./schedule.ts";
import { isCurrent, list, type Listing, type Scope } from "./scope.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { Stale } from "./tree.ts";
import { Wakeup } from "./wakeup.ts";

/** Options for {@linkcode Watcher}. */
export interface WatcherOptions {
  /** How to watch what a scope turned out to be. Asked once for every scope. */
  modeOf: (listing: Listing) => Mode;
  /** What the scope was a moment ago, if that is known: to know where to begin. */
  listing?: Listing | undefined;
  /** A folder of our own, to find out whether events still come. */
  heartbeatFolder?: string | undefined;
  /** Called when events cannot be had, once until they are back. */
  onTrouble: (error: unknown) => void;
  /** Ends the watching. */
  signal: AbortSignal;
}

/** What a look at one input takes, as measured, in milliseconds. */
const COST_MS = 0.01;

/** The same for a folder of a tree. */
const BRANCH_COST_MS = 0.004;

/** How often folders may turn up that were not watched a moment ago, before a look is due. */
const MOST_RELISTS = 10;

const NONE: ReadonlySet<string> = new Set();

/** Watches files by events and, for what these miss, by a look at regular intervals. */
export class Watcher implements AsyncIterable<Snapshot> {
  #scope: Scope;
  #mode: Mode | undefined;
  readonly #options: WatcherOptions;
  readonly #wakeup = new Wakeup();
  readonly #events: FolderEvents;
  #listing: Listing | undefined;
  /** What the last look found. */
  #found: Snapshot | undefined;
  /** The same, as others know it. */
  #latest: Snapshot | undefined;
  /** How often a look found another content than the one before it. */
  #changes = 0;
  /** Looks take their turns: an old one must not come in last. */
  #turn: Promise<unknown> = Promise.resolve();
  #lookedAt: number | undefined;
  #news = new News();
  #firstLook: FirstLook | undefined;

  constructor(scope: Scope, options: WatcherOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#events = new FolderEvents({
      onEvent: (event) => {
        this.#news.hear(event, this.#listing);
        const { edited, isRestructured } = this.#news;
        if (edited.size > 0 || isRestructured) this.#wakeup.ring();
      },
      onTrouble: options.onTrouble,
      heartbeatFolder: options.heartbeatFolder,
    });
  }

  /** What the last look found; undefined before the first one. */
  get snapshot(): Snapshot | undefined {
    return this.#latest;
  }

  /** Looks at the files now, without waiting for a hint. What it finds is yielded too. */
  async look(): Promise<Snapshot> {
    this.#listing ??= await list(this.#scope);
    return await this.#look(this.#listing);
  }

  /** Watches something else from now on, and looks at it. */
  async rescope(scope: Scope): Promise<Snapshot> {
    const usesEvents = this.#mode?.usesEvents === true;
    this.#scope = scope;
    this.#mode = undefined;
    this.#firstLook = undefined;
    this.#news.doubt();
    const watchBranch = usesEvents ? this.#events.watchBranch : undefined;
    const listing = await list(scope, { previous: this.#listing, watchBranch });
    // The events of the new folders begin when the loop comes to it.
    this.#wakeup.ring();
    if (this.#scope !== scope) return await this.look();
    return await this.#look(this.#listing = listing);
  }

  /** Yields the state of the files at once, and again after every change of content. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Snapshot> {
    const { signal } = this.#options;
    const ring = () => this.#wakeup.ring();
    signal.addEventListener("abort", ring);
    try {
      let yielded = 0;
      while (!signal.aborted) {
        const waitMs = await this.#work();
        if (yielded !== this.#changes && this.#latest) {
          yielded = this.#changes;
          yield this.#latest;
        } else if (waitMs > 0 && !signal.aborted) {
          await this.#wakeup.wait(waitMs);
        }
      }
    } finally {
      signal.removeEventListener("abort", ring);
      await this.#events.close();
    }
  }

  /** Does what is due now; gives the time until something will be, in milliseconds. */
  async #work(): Promise<number> {
    const mode = this.#listing && this.#modeFor(this.#listing);
    const next = plan({
      now: performance.now(),
      lookedAt: this.#lookedAt,
      costMs: costOf(this.#listing),
      isEdited: this.#news.edited.size > 0,
      isRestructured: this.#news.isRestructured,
      sweepMs: mode?.intervalMs ?? 0,
      mayDelaySweep: mode?.trustsEvents === true && this.#events.isOpen,
    });
    if (next.look === "none") return next.waitMs;
    if (next.look === "all") await this.#lookAtAll();
    else if (this.#listing) {
      await this.#look(this.#listing, this.#news.takeEdited());
    }
    return 0;
  }

  async #lookAtAll(): Promise<void> {
    const { listing: given } = this.#options;
    if (!this.#listing && given?.isBrief) {
      const at = Date.now();
      this.#firstLook = new FirstLook(await this.#look(given), at);
      this.#latest = this.#firstLook.snapshot;
      this.#listing = given;
      return;
    }
    const news = this.#news;
    this.#news = new News();
    const mustList = news.isRestructured || !this.#listing ||
      this.#listing.isBrief ||
      (this.#modeFor(this.#listing).usesEvents && this.#events.mayOpen);
    let listing = this.#listing;
    if (mustList || !listing || !isCurrent(listing, this.#events.isOpen)) {
      const scope = this.#scope;
      const isHeard = news.isRestructured && this.#events.isOpen;
      listing = await this.#relist(isHeard ? news.stale : undefined);
      // Something else is to be watched meanwhile: that is listed next.
      if (scope !== this.#scope) return;
      this.#listing = listing;
    }
    const changes = this.#changes;
    await this.#look(listing);
    // What no event told of may be a link now.
    if (!mustList && changes !== this.#changes) this.#news.doubt();
    this.#lookedAt = performance.now();
  }

  /**
   * Lists the inputs, and watches their folders. First the watch, then the
   * list: what comes in between is an event. A folder that was made a moment
   * ago is watched only now, so what is in it is listed again.
   */
  async #relist(stale: Stale | undefined): Promise<Listing> {
    const isFirst = this.#lookedAt === undefined;
    const scope = this.#scope;
    const known = this.#listing ?? this.#options.listing ?? await list(scope);
    const { usesEvents } = this.#modeFor(known);
    const watchBranch = usesEvents ? this.#events.watchBranch : undefined;
    const isEnough = isFirst && !known.isBrief &&
      !(watchBranch && known.roots.length > 0);
    let listing = isEnough
      ? known
      : await list(scope, { previous: known, stale, watchBranch });
    for (let i = 0; usesEvents && i < MOST_RELISTS; i++) {
      if (!await this.#events.watch(listing)) break;
      // Folders of large trees are watched already.
      const stale = { folders: NONE, replaced: NONE };
      listing = await list(scope, { previous: listing, stale, watchBranch });
    }
    return listing;
  }

  #modeFor(listing: Listing): Mode {
    return this.#mode ??= this.#options.modeOf(listing);
  }

  #look(listing: Listing, only?: ReadonlySet<string>): Promise<Snapshot> {
    const look = async () => {
      const previous = this.#latest;
      const found = await takeSnapshot(listing.paths, {
        previous: this.#found,
        only,
      });
      this.#found = found;
      const snapshot = listing.isBrief
        ? found
        : this.#firstLook?.rename(found) ?? found;
      if (snapshot.digest !== previous?.digest) {
        this.#changes++;
        this.#wakeup.ring();
      }
      return this.#latest = snapshot;
    };
    const result = this.#turn.then(look);
    this.#turn = result.catch(() => {});
    return result;
  }
}

/**
 * What a look at everything takes, in milliseconds. By its size and not by the
 * clock: a machine that is busy with other things must not make looks rare.
 */
function costOf(listing: Listing | undefined): number {
  if (!listing) return 0;
  const { paths, folders, trees } = listing;
  let branches = 0;
  for (const tree of trees) branches += tree.branches.size;
  return (paths.length + folders.length) * COST_MS + branches * BRANCH_COST_MS;
}
