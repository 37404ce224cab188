/**
 * Finds changes of the inputs. File system events say where something may have
 * changed, a sweep finds what gave no event, and the content decides.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { describeTrouble, FolderEvents } from "./events.ts";
import { Files, ownOutputFolders } from "./files.ts";
import { Members } from "./members.ts";
import { fileMountProblem, parentOf, parseMountInfo, Ways } from "./paths.ts";
import type { Input, Snapshot } from "./snapshot.ts";
import { type Intervals, type Mode, modeOf, sweepSize } from "./sweep.ts";

/** Options for {@linkcode Watcher}. */
export interface WatcherOptions extends Intervals {
  /** The input whose content snapshots carry. */
  readonly configFile?: string | undefined;
  /** Returns whether neither a path nor anything in it ever counts in a tree. */
  readonly ignored?: (path: string) => boolean;
  /** A folder of our own, in which to find out whether events still arrive. */
  readonly scratch?: string | undefined;
  /**
   * Called with the first snapshot, with each that has another digest than the
   * one before, and when inputs were set or the last lazy tree was listed.
   */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Called with a message for the user. Watching goes on, in whatever way is possible. */
  readonly onTrouble: (message: string) => void;
}

/** When events and sweeps begin after the first snapshot, in milliseconds. */
const START_MS = 50;
/** After so many stats other work gets its turn. */
const BATCH = 2_000;
/** The most files that one sweep reads although their fingerprint is the same. */
const MAX_REREADS = 50;
/** The most links and folders on the way to files that a sweep compares, on average. */
const MAX_WAYS = 200;
/** A folder with more events about no input than this between two sweeps is swept instead, for a while. */
const MAX_STRANGE_EVENTS = 100;
const BUSY_MS = 60_000;

/** Watches inputs until it is disposed of. */
export class Watcher implements AsyncDisposable {
  readonly #options: WatcherOptions;
  readonly #closing = new AbortController();
  readonly #files: Files;
  readonly #members: Members;
  readonly #events: FolderEvents;
  #ways = new Ways();
  #inputs: readonly Input[];
  #latest: Snapshot | undefined;

  #wake = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  /** Whether anything may have changed. */
  #isVague = false;
  /** Whether the ways to files may have changed. */
  #isRerouted = true;

  /** Aborts when events and sweeps begin. */
  #start: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unswept: Iterator<string>;
  #sweeps = 0;
  /** How many events about no input there were since the last sweep, by folder. */
  readonly #strangers = new Map<string, number>();
  /** The folders of which events would cost too much, and until when; performance.now(). */
  readonly #busy = new Map(ownOutputFolders().map((path) => [path, Infinity]));
  readonly #warned = new Set<string>();

  constructor(inputs: readonly Input[], options: WatcherOptions) {
    const { signal } = this.#closing;
    const { ignored = () => false, scratch } = options;
    this.#options = options;
    this.#inputs = inputs;
    const files = this.#files = new Files(options.configFile);
    this.#unswept = files.paths();
    this.#members = new Members({
      files,
      ignored,
      signal,
      onListed: () => this.#invalidate(),
      onTrouble: (error) => this.#report(error),
    });
    this.#events = new FolderEvents({
      scratch,
      onEvent: (path) => this.#onEvent(path),
      onGap: () => this.#invalidate(),
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
    this.#wake.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.resolve();
    await this.#running;
    clearTimeout(this.#timer);
    await this.#members.settle();
    await this.#events.close();
  }

  /** Notes that anything may have changed. */
  #invalidate(): void {
    this.#isVague = this.#isRerouted = true;
    this.#wake.resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (true) {
      await this.#wake.promise;
      if (signal.aborted) return;
      this.#wake = Promise.withResolvers();
      try {
        await this.#update();
      } catch (error) {
        this.#isVague = true;
        this.#report(error);
      }
      this.#start ??= this.#startLater();
    }
  }

  /** Reads what may have changed, and posts a snapshot if that differs. */
  async #update(): Promise<void> {
    if (this.#isVague) await this.#compareAll();
    const inputs = this.#inputs;
    if (inputs !== this.#members.inputs) this.#members.inputs = inputs;
    const change = await this.#members.update();
    if (change === "structure") this.#isRerouted = true;
    const before = this.#latest;
    const snapshot = change === "nothing" && before
      ? before
      : await this.#members.snapshot();
    if (this.#closing.signal.aborted) return;
    this.#latest = snapshot;
    const isNew = snapshot.digest !== before?.digest ||
      snapshot.inputs !== before.inputs ||
      snapshot.isComplete !== before.isComplete;
    if (isNew) this.#options.onSnapshot(snapshot);
    if (change === "structure") this.#members.listLazily();
    if (this.#isRerouted && this.#start?.aborted) this.#reroute();
  }

  /**
   * Puts all but snapshots off for a moment: the first `watchFs` and the first
   * `setTimeout` take 6 ms that the gateway needs for its start, and
   * `AbortSignal.timeout` takes none.
   */
  #startLater(): AbortSignal {
    const { signal } = this.#closing;
    const start = AbortSignal.timeout(START_MS);
    start.addEventListener("abort", () => {
      this.#isRerouted = true;
      this.#wake.resolve();
      this.#sweep();
    }, { signal });
    return start;
  }

  /** Follows the ways to all files anew, and watches the folders on them. */
  #reroute(): void {
    this.#isRerouted = false;
    const ways = this.#ways = new Ways();
    const reals = new Map<string, string>();
    for (const path of this.#members.files) {
      const real = ways.addFile(path);
      if (real !== undefined) reals.set(path, real);
    }
    for (const listing of this.#members.listings) {
      ways.addTree(listing.root, listing.folders(), listing.links());
    }
    this.#warnOfFileMounts(reals);
    if (this.#options.pollMs !== undefined) return;
    const folders = [...ways.folders].filter(([path]) => !this.#busy.has(path));
    this.#events.watch(new Map(folders), ways.roots);
  }

  #warnOfFileMounts(reals: ReadonlyMap<string, string>): void {
    const unknown = [...reals].filter(([path]) => !this.#warned.has(path));
    const mounts = unknown.length > 0 ? mountsOf() : new Map();
    for (const [path, real] of unknown) {
      this.#warned.add(path);
      const problem = fileMountProblem(real, mounts);
      if (problem) this.#options.onTrouble(`${path} ${problem}`);
    }
  }

  #onEvent(path: string): void {
    if (this.#ways.isWaypoint(path)) this.#invalidate();
    let concerns = false;
    for (const name of this.#ways.namesOf(path)) {
      if (this.#hint(name)) concerns = true;
    }
    if (concerns) return;
    const folder = parentOf(path);
    const count = (this.#strangers.get(folder) ?? 0) + 1;
    this.#strangers.set(folder, count);
    if (count === MAX_STRANGE_EVENTS && this.#ways.folders.has(folder)) {
      this.#busy.set(folder, performance.now() + BUSY_MS);
      this.#isRerouted = true;
      this.#wake.resolve();
    }
  }

  /** Notes that something may have changed at a path. Returns whether that concerns an input. */
  #hint(path: string): boolean {
    const change = this.#members.hint(path);
    if (change === "nothing") return false;
    if (change === "structure") this.#isRerouted = true;
    this.#wake.resolve();
    return true;
  }

  /** Compares the fingerprints of all files and folders. */
  async #compareAll(): Promise<void> {
    this.#isVague = false;
    let count = 0;
    for (const path of this.#files.paths()) {
      // Files that came into a new folder before it was watched may not show.
      const isNewFolder = !this.#files.stateOf(path) &&
        this.#files.isYoung(path);
      if (isNewFolder || !this.#files.isSame(path)) this.#hint(path);
      if (++count % BATCH === 0) {
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
  }

  /** Compares some of them, and what leads to them. Without promises: it runs all the time. */
  #sweep(): void {
    const mode = this.#mode;
    this.#timer = setTimeout(() => this.#sweep(), mode.intervalMs);
    this.#strangers.clear();
    const calm = [...this.#busy].filter(([, until]) =>
      until <= performance.now()
    );
    for (const [folder] of calm) this.#busy.delete(folder);
    if (calm.length > 0 || this.#events.isRetryDue) {
      this.#isRerouted = true;
      this.#wake.resolve();
    }
    // One link can be on the way to all files.
    const isDue = this.#sweeps++ % Math.ceil(this.#ways.size / MAX_WAYS) === 0;
    if (isDue && !this.#ways.areSame()) this.#invalidate();
    for (const path of this.#files.young().take(MAX_REREADS)) this.#hint(path);
    for (let i = sweepSize(this.#files.size, mode); i > 0; i--) {
      const { done, value } = this.#unswept.next();
      if (done) {
        this.#unswept = this.#files.paths();
        break;
      }
      if (!this.#files.isSame(value)) this.#hint(value);
    }
  }

  get #mode(): Mode {
    return modeOf(this.#options, {
      hasEvents: this.#events.isComplete,
      isBusy: this.#ways.folders.keys().some((path) => this.#busy.has(path)),
    });
  }

  #report(error: unknown): void {
    this.#options.onTrouble(`Cannot compare the files: ${messageOf(error)}`);
  }
}

/** Returns what is mounted where; nothing where the system has no such table (macOS). */
function mountsOf(): ReadonlyMap<string, string> {
  try {
    return parseMountInfo(Deno.readTextFileSync("/proc/self/mountinfo"));
  } catch {
    return new Map();
  }
}
