/**
 * The first stage: tells whenever the content of an input is another.
 *
 * @module
 */

import { type FolderEvent, FolderEvents } from "./events.ts";
import type { Mode } from "./mode.ts";
import { plan } from "./schedule.ts";
import {
  isCurrent,
  list,
  type Listing,
  mayBeNew,
  type Scope,
} from "./scope.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
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

/** What a look at one entry takes, as measured, in milliseconds. */
const COST_MS = 0.01;

/** How often folders may turn up that were not watched a moment ago, before a look is due. */
const MOST_RELISTS = 10;

/** Watches files by events and, for what these miss, by a look at regular intervals. */
export class Watcher implements AsyncIterable<Snapshot> {
  #scope: Scope;
  #mode: Mode | undefined;
  readonly #options: WatcherOptions;
  readonly #wakeup = new Wakeup();
  readonly #events: FolderEvents;
  #listing: Listing | undefined;
  #latest: Snapshot | undefined;
  /** How often a look found another content than the one before it. */
  #changes = 0;
  /** Looks take their turns: an old one must not come in last. */
  #turn: Promise<unknown> = Promise.resolve();
  #lookedAt: number | undefined;
  #edited = new Set<string>();
  #isRestructured = false;

  constructor(scope: Scope, options: WatcherOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#events = new FolderEvents({
      onEvent: (event) => this.#hear(event),
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
    this.#scope = scope;
    this.#mode = undefined;
    this.#isRestructured = true;
    const listing = await list(scope);
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
      isEdited: this.#edited.size > 0,
      isRestructured: this.#isRestructured,
      sweepMs: mode?.intervalMs ?? 0,
      mayDelaySweep: mode?.trustsEvents === true && this.#events.isOpen,
    });
    if (next.look === "none") return next.waitMs;
    if (next.look === "all") await this.#lookAtAll();
    else if (this.#listing) {
      const only = this.#edited;
      this.#edited = new Set();
      await this.#look(this.#listing, only);
    }
    return 0;
  }

  async #lookAtAll(): Promise<void> {
    this.#edited = new Set();
    const mustList = this.#isRestructured || !this.#listing ||
      (this.#modeFor(this.#listing).usesEvents && this.#events.mayOpen);
    this.#isRestructured = false;
    let listing = this.#listing;
    if (mustList || !listing || !isCurrent(listing)) {
      const scope = this.#scope;
      listing = await this.#relist();
      // Something else is to be watched meanwhile: that is listed next.
      if (scope !== this.#scope) return;
      this.#listing = listing;
    }
    const changes = this.#changes;
    await this.#look(listing);
    // What no event told of may be a link now.
    if (!mustList && changes !== this.#changes) this.#isRestructured = true;
    this.#lookedAt = performance.now();
  }

  /**
   * Lists the inputs, and watches their folders. First the watch, then the
   * list: what comes in between is an event. A folder that was made a moment
   * ago is watched only now, so what is in it is listed again.
   */
  async #relist(): Promise<Listing> {
    const isFirst = this.#lookedAt === undefined;
    let listing = (isFirst && this.#options.listing) || await list(this.#scope);
    if (!this.#modeFor(listing).usesEvents) return listing;
    for (let i = 0; i < MOST_RELISTS; i++) {
      if (!await this.#events.watch(listing)) break;
      listing = await list(this.#scope);
    }
    return listing;
  }

  #modeFor(listing: Listing): Mode {
    return this.#mode ??= this.#options.modeOf(listing);
  }

  #look(listing: Listing, only?: ReadonlySet<string>): Promise<Snapshot> {
    const look = async () => {
      const previous = this.#latest;
      const snapshot = await takeSnapshot(listing.paths, { previous, only });
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

  /** Notes what an event may have changed. Most events in a folder are nobody's business. */
  #hear({ isEdit, isVague, paths }: FolderEvent): void {
    const listing = this.#listing;
    for (const path of paths) {
      const input = listing?.inputs.get(path);
      if (isVague || !listing || listing.turnings.has(path)) {
        this.#isRestructured = true;
      } else if (input !== undefined && (isEdit || isPlainFile(path))) {
        this.#edited.add(input);
      } else if (
        input !== undefined || (!isEdit && mayBeNew(listing, path))
      ) {
        this.#isRestructured = true;
      }
    }
    if (this.#isRestructured || this.#edited.size > 0) this.#wakeup.ring();
  }
}

/**
 * What a look at everything takes, in milliseconds. By its size and not by the
 * clock: a machine that is busy with other things must not make looks rare.
 */
function costOf(listing: Listing | undefined): number {
  if (!listing) return 0;
  const { paths, folders, branches } = listing;
  return (paths.length + folders.length + branches.size) * COST_MS;
}

function isPlainFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}
