/**
 * Finds changes of the inputs. File system events say that something may have
 * changed, a sweep finds what gave no event, and the content decides.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { describeTrouble, type FolderEvent, FolderEvents } from "./events.ts";
import { OWN_OUTPUT_FOLDERS } from "./own_output.ts";
import { fileMountProblem, infoOf, parseMountInfo, Ways } from "./paths.ts";
import {
  digestOf,
  type FileState,
  FileStates,
  type Input,
  type Snapshot,
  Stamps,
} from "./snapshot.ts";
import { type Intervals, type Mode, modeOf, sweepSize } from "./sweep.ts";
import { Listing } from "./trees.ts";

/** Options for {@linkcode Watcher}. */
export interface WatcherOptions extends Intervals {
  /** The input whose content snapshots carry. */
  readonly configFile?: string | undefined;
  /** Returns whether neither a path nor anything in it ever counts in a tree. */
  readonly ignored?: (path: string) => boolean;
  /** A folder of our own, in which to find out whether events still arrive. */
  readonly scratch?: string | undefined;
  /**
   * Called with the first snapshot, with each that differs from the one before,
   * and when inputs were set or the last lazy tree is listed.
   */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Called with a message for the user. Watching goes on, in whatever way is possible. */
  readonly onTrouble: (message: string) => void;
}

/** After so long a folder that has come is listed once more, in milliseconds. */
const YOUNG_MS = 20;
/** After so many stats other work gets its turn. */
const BATCH = 2_000;
/** The most files that one sweep reads although their fingerprint is the same. */
const MAX_REREADS = 50;
/** The most links and folders on the way that one sweep compares, on average. */
const MAX_WAYS = 200;
/** After changes that cost more than this, in milliseconds, the next ones wait for twice the cost. */
const MIN_REST_MS = 10;

/** Watches inputs until it is disposed of. */
export class Watcher implements AsyncDisposable {
  readonly #options: WatcherOptions;
  readonly #closing = new AbortController();
  readonly #stamps = new Stamps();
  readonly #files: FileStates;
  readonly #events: FolderEvents;
  #inputs: readonly Input[];
  #latest: Snapshot | undefined;

  /** The trees, by path and key. */
  #listings = new Map<string, Listing>();
  /** The paths that count, in order, and whether only lazy trees accept them. */
  #members: ReadonlyMap<string, boolean> = new Map();
  #baseline: ReadonlyMap<string, string> = new Map();
  #ways = new Ways();

  /** What may have changed: files, ... */
  #dirty = new Set<string>();
  /** ... anything, ... */
  #isVague = false;
  /** ... the ways to files, ... */
  #isRerouted = false;
  /** ... and which files there are. */
  #isRestructured = true;

  #wake = Promise.withResolvers<void>();
  /** Whether somebody waits for the next snapshot. */
  #isUrgent = true;
  #endRest = () => {};
  #requests: PromiseWithResolvers<Snapshot>[] = [];
  /** The lazy trees that were begun to be listed, and the tasks that still do. */
  readonly #begun = new WeakSet<Listing>();
  readonly #background = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;
  #youngTimer: ReturnType<typeof setTimeout> | undefined;
  #unswept: Iterator<string>;
  #sweeps = 0;
  /** Whether our output goes to a folder that holds inputs. */
  #isBusy = false;
  /** The inputs whose ways were followed last. */
  #routed: readonly Input[] = [];
  readonly #warned = new Set<string>();

  constructor(inputs: readonly Input[], options: WatcherOptions) {
    this.#options = options;
    this.#inputs = inputs;
    this.#files = new FileStates(this.#stamps, options.configFile);
    this.#unswept = this.#stamps.paths();
    this.#events = new FolderEvents({
      scratch: options.scratch,
      onEvent: (event) => this.#onEvent(event),
      onOpen: () => {
        this.#isVague = true;
        this.#wake.resolve();
      },
      onTrouble: (error) => {
        const interval = formatDuration(options.sweepMs);
        options.onTrouble(
          `${
            describeTrouble(error)
          }: comparing the files every ${interval} instead`,
        );
      },
    });
    this.#wake.resolve();
    this.#running = this.#run();
  }

  /** Watches these inputs from now on. What is known of those that stay is kept. */
  set inputs(inputs: readonly Input[]) {
    this.#inputs = inputs;
    this.#isRestructured = true;
    this.#hurry();
  }

  /** Takes a snapshot without waiting for a hint. If it is a new one, `onSnapshot` is called first. */
  takeSnapshot(): Promise<Snapshot> {
    const request = Promise.withResolvers<Snapshot>();
    if (this.#closing.signal.aborted) {
      request.reject(new Error("The watcher is closed"));
    } else this.#requests.push(request);
    this.#hurry();
    return request.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#hurry();
    await this.#running;
    clearTimeout(this.#sweepTimer);
    clearTimeout(this.#youngTimer);
    await Promise.all(this.#background);
    await this.#events.close();
    for (const { reject } of this.#requests) {
      reject(new Error("The watcher is closed"));
    }
  }

  #hurry(): void {
    this.#isUrgent = true;
    this.#endRest();
    this.#wake.resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
      const isUrgent = this.#isUrgent;
      this.#isUrgent = false;
      const begun = performance.now();
      const requests = this.#requests.splice(0);
      try {
        const snapshot = await this.#update(requests.length > 0);
        for (const { resolve } of requests) resolve(snapshot);
      } catch (error) {
        this.#isVague = this.#isRestructured = true;
        for (const { reject } of requests) reject(error);
        this.#report(error);
      }
      if (signal.aborted) break;
      this.#sweepTimer ??= setTimeout(
        () => this.#sweep(),
        this.#mode.intervalMs,
      );
      const costMs = performance.now() - begun;
      if (!isUrgent && costMs > MIN_REST_MS) await this.#rest(2 * costMs);
    }
  }

  #report(error: unknown): void {
    this.#options.onTrouble(`Cannot compare the files: ${messageOf(error)}`);
  }

  /** So a stream of changes takes at most a third of a core. */
  async #rest(ms: number): Promise<void> {
    if (this.#isUrgent) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Reads what may have changed, and posts a snapshot if that differs.
   *
   * @param isRequested Whether even that is read whose fingerprint is the same but young.
   */
  async #update(isRequested: boolean): Promise<Snapshot> {
    if (this.#isVague || isRequested) await this.#compareAll(isRequested);
    const inputs = this.#inputs;
    let isRestructured = this.#isRestructured;
    this.#isRestructured = false;
    if (inputs !== this.#latest?.inputs) this.#setListings(inputs);
    for (const listing of this.#listings.values()) {
      if (listing.tree.isLazy && !listing.isComplete) continue;
      if (await listing.refresh()) isRestructured = true;
      listing.isComplete = true;
      if (listing.hasYoung) this.#listYoungSoon();
    }
    const dirty = this.#dirty;
    this.#dirty = new Set();
    if (isRestructured) {
      for (const path of this.#setMembers(inputs)) dirty.add(path);
    }
    let isChanged = isRestructured;
    for (const path of dirty) {
      if (!this.#members.has(path)) continue;
      if (await this.#files.read(path)) isChanged = true;
      if (this.#closing.signal.aborted) break;
    }
    const snapshot = isChanged || !this.#latest
      ? await this.#assemble(inputs)
      : this.#latest;
    this.#post(snapshot);
    if (isRestructured || this.#isRerouted) this.#reroute(inputs);
    if (isRestructured) this.#listLazily();
    return snapshot;
  }

  #setListings(inputs: readonly Input[]): void {
    const before = this.#listings;
    const { ignored = () => false } = this.#options;
    const { signal } = this.#closing;
    this.#listings = new Map();
    for (const { path, tree } of inputs) {
      if (!tree) continue;
      const key = `${path}\0${tree.key}`;
      const listing = before.get(key) ??
        new Listing(path, tree, { stamps: this.#stamps, ignored, signal });
      this.#listings.set(key, listing);
    }
  }

  /** Finds out which files the inputs stand for. Returns those of which the state is not known. */
  #setMembers(inputs: readonly Input[]): string[] {
    const listings = this.#listings.values().filter(({ isComplete }) =>
      isComplete
    ).toArray();
    const isLazy = new Map<string, boolean>();
    const add = (path: string, lazy: boolean) =>
      isLazy.set(path, lazy && isLazy.get(path) !== false);
    for (const { path, tree } of inputs) if (!tree) add(path, false);
    for (const listing of listings) {
      for (const path of listing.paths()) add(path, listing.tree.isLazy);
    }
    const before = this.#members;
    this.#members = new Map(
      [...isLazy.keys()].sort().map((
        path,
      ) => [path, isLazy.get(path) ?? false]),
    );
    this.#baseline = new Map(
      listings.flatMap(({ baseline }) => [...baseline]).filter(([path]) =>
        this.#members.get(path) !== false
      ),
    );
    // What is read in the background is no member yet.
    if (this.#background.size === 0) {
      this.#files.retain(this.#members);
      this.#stamps.retain((path) =>
        this.#members.has(path) ||
        listings.some((listing) => listing.hasFolder(path))
      );
    }
    return this.#members.keys().filter((path) =>
      !before.has(path) &&
      !(this.#files.get(path) && this.#stamps.isSame(path))
    ).toArray();
  }

  async #assemble(inputs: readonly Input[]): Promise<Snapshot> {
    const files = new Map<string, FileState>();
    for (const path of this.#members.keys()) {
      const state = this.#files.get(path);
      if (state) files.set(path, state);
    }
    const baseline = this.#baseline;
    return {
      digest: await digestOf({ files, baseline }),
      inputs,
      files,
      baseline,
      config: this.#files.config,
      isComplete: this.#listings.values().every((it) => it.isComplete),
    };
  }

  #post(snapshot: Snapshot): void {
    const before = this.#latest;
    this.#latest = snapshot;
    const isNew = snapshot.digest !== before?.digest ||
      snapshot.inputs !== before.inputs ||
      snapshot.isComplete !== before.isComplete;
    if (isNew && !this.#closing.signal.aborted) {
      this.#options.onSnapshot(snapshot);
    }
  }

  /** Lists the lazy trees that are new. No snapshot waits for that. */
  #listLazily(): void {
    for (const listing of this.#listings.values()) {
      if (listing.isComplete || this.#begun.has(listing)) continue;
      this.#begun.add(listing);
      const task = this.#readAll(listing)
        .catch((error) => this.#report(error))
        .finally(() => {
          this.#background.delete(task);
          // What has changed meanwhile was no member yet.
          this.#isRestructured = this.#isVague = true;
          this.#wake.resolve();
        });
      this.#background.add(task);
    }
  }

  async #readAll(listing: Listing): Promise<void> {
    await listing.refresh();
    for (const path of listing.paths()) {
      if (this.#closing.signal.aborted) return;
      if (!this.#files.get(path)) await this.#files.read(path);
      const digest = this.#files.get(path)?.digest;
      if (digest !== undefined) listing.baseline.set(path, digest);
    }
    listing.isComplete = true;
  }

  /** Lists folders that have just come once more, until nothing comes into them: events of them begin late. */
  #listYoungSoon(): void {
    this.#youngTimer ??= setTimeout(() => {
      this.#youngTimer = undefined;
      for (const listing of this.#listings.values()) listing.invalidateYoung();
      this.#wake.resolve();
    }, YOUNG_MS);
  }

  /** Follows the ways to all files anew, and watches the folders on them. */
  #reroute(inputs: readonly Input[]): void {
    this.#isRerouted = false;
    const ways = new Ways();
    const reals = new Map<string, string>();
    for (const { path, tree } of inputs) {
      const real = tree ? undefined : ways.addFile(path);
      if (real !== undefined) reals.set(path, real);
    }
    for (const listing of this.#listings.values()) {
      if (!listing.isComplete) continue;
      ways.addTree(listing.root, listing.folders(), listing.links());
    }
    this.#ways = ways;
    if (inputs !== this.#routed) this.#warnOfFileMounts(reals);
    this.#routed = inputs;
    if (this.#options.pollMs !== undefined) return;
    this.#isBusy = ways.folders.keys().some((it) => OWN_OUTPUT_FOLDERS.has(it));
    const folders = [...ways.folders]
      .filter(([path]) => !OWN_OUTPUT_FOLDERS.has(path));
    this.#events.watch(new Map(folders), ways.roots);
  }

  #warnOfFileMounts(reals: ReadonlyMap<string, string>): void {
    const mounts = mountsOf("/proc/self/mountinfo");
    for (const [path, real] of reals) {
      const problem = fileMountProblem(real, mounts);
      if (!problem || this.#warned.has(path)) continue;
      this.#warned.add(path);
      this.#options.onTrouble(`${path} ${problem}`);
    }
  }

  #onEvent({ isEdit, isVague, paths }: FolderEvent): void {
    if (isVague || paths.some((path) => this.#ways.isTurning(path))) {
      this.#isVague = this.#isRerouted = true;
      this.#wake.resolve();
    }
    for (const path of paths) {
      for (const name of this.#ways.namesOf(path)) this.#hint(name, isEdit);
    }
  }

  /** Notes what may have changed at a path. Most events of a folder are about no input. */
  #hint(path: string, isEdit: boolean): void {
    let concerns = this.#members.has(path);
    if (concerns) this.#dirty.add(path);
    const isContent = concerns &&
      (isEdit || infoOf(path, Deno.lstatSync)?.isFile === true);
    if (!isContent) {
      for (const listing of this.#listings.values()) {
        if (listing.invalidate(path, isEdit)) concerns = true;
      }
      if (concerns) this.#isRerouted = true;
    }
    if (concerns) this.#wake.resolve();
  }

  /** Compares all fingerprints. */
  async #compareAll(isStrict: boolean): Promise<void> {
    this.#isVague = false;
    if (!this.#ways.areSame()) this.#isRerouted = true;
    let count = 0;
    for (const path of this.#stamps.paths()) {
      if (++count % BATCH === 0) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      if (!this.#stamps.isSame(path)) this.#hint(path, false);
      else if (isStrict && !this.#stamps.isTrusted(path)) {
        this.#hint(path, true);
      }
    }
  }

  #sweep(): void {
    const mode = this.#mode;
    this.#sweepTimer = setTimeout(() => this.#sweep(), mode.intervalMs);
    if (this.#events.isRetryDue) {
      this.#isRerouted = true;
      this.#wake.resolve();
    }
    // A link can be the way to all inputs.
    const round = Math.ceil(this.#ways.size / MAX_WAYS);
    if (this.#sweeps++ % round === 0 && !this.#ways.areSame()) {
      this.#isVague = this.#isRerouted = true;
      this.#wake.resolve();
    }
    let rereads = MAX_REREADS;
    const size = this.#stamps.size;
    for (let rest = sweepSize(size, mode); rest > 0; rest--) {
      const { done, value: path } = this.#unswept.next();
      if (done) {
        this.#unswept = this.#stamps.paths();
        break;
      }
      if (!this.#stamps.isSame(path)) this.#hint(path, false);
      else if (!this.#stamps.isTrusted(path) && rereads-- > 0) {
        this.#hint(path, true);
      }
    }
  }

  get #mode(): Mode {
    const hasEvents = this.#events.isComplete;
    return modeOf(this.#options, { hasEvents, isBusy: this.#isBusy });
  }
}

/** Returns what is mounted where; nothing where the system has no such table (macOS). */
function mountsOf(path: string): ReadonlyMap<string, string> {
  try {
    return parseMountInfo(Deno.readTextFileSync(path));
  } catch {
    return new Map();
  }
}
