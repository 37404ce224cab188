/**
 * Finds changes of the inputs. File system events say that something may have
 * changed, a sweep finds what gave no event, and the content decides.
 *
 * @module
 */

import { join } from "@std/path/posix";
import { causeOf, ifPossible } from "../errors.ts";
import { Timer } from "../timer.ts";
import { FolderEvents } from "./events.ts";
import { mountPointsIn, relativeTo, Ways } from "./paths.ts";
import {
  Camera,
  type CameraOptions,
  type Input,
  MAX_LINKED,
  type Snapshot,
} from "./snapshot.ts";

/** Options for {@linkcode Watcher}. */
export interface WatcherOptions
  extends Omit<CameraOptions, "onRead" | "signal"> {
  /** A folder of our own, in which to find out whether events still arrive. */
  readonly scratch?: string | undefined;
  /** The time between two sweeps beside events, in milliseconds. */
  readonly sweepMs: number;
  /** The same if sweeps are to be the only source; undefined if events are wanted. */
  readonly pollMs?: number | undefined;
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
/** A comparison of lazy trees that takes longer than this is followed by a rest as long as itself; in milliseconds. */
const LONG_MS = 100;
/** The time between two sweeps while there are too many events, in milliseconds. */
const BUSY_MS = 200;
/** The time that it takes to compare a file, in milliseconds. */
const FILE_MS = 0.005;
/** The longest time between two sweeps because of many files, in milliseconds. */
const LONGEST_MS = 30_000;

/** Watches inputs until it is disposed of. */
export class Watcher implements AsyncDisposable {
  readonly #options: WatcherOptions;
  readonly #closing = new AbortController();
  readonly #camera: Camera;
  readonly #events: FolderEvents;
  #ways = new Ways();
  /** Whether these may be others by now. */
  #isRerouted = true;
  #inputs: readonly Input[];
  #latest: Snapshot | undefined;
  #wake = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  /** Whether lazy trees are to be compared. */
  #isLazyDue = true;
  /** The comparison of these, while it is under way. */
  #comparing: Promise<void> | undefined;
  /** Before that no other one begins; performance.now(). */
  #restsUntil = -Infinity;
  /** Of the next sweep. */
  #timer: Timer | undefined;
  #sweeps = 0;
  /** What went wrong when the inputs were compared last, as it was reported. */
  #trouble: string | undefined;
  /** What was warned of. */
  readonly #warned = new Set<string>();

  constructor(inputs: readonly Input[], options: WatcherOptions) {
    const { scratch, onTrouble } = options;
    const { signal } = this.#closing;
    this.#options = options;
    this.#inputs = inputs;
    const onRead = () => this.#isRerouted = true;
    this.#camera = new Camera({ ...options, onRead, signal });
    this.#events = new FolderEvents({
      scratch,
      concerns: (path, isWrite) => this.#ways.concerns(path, isWrite),
      onHint: () => this.#hint(),
      onTrouble,
    });
    this.#wake.resolve();
    this.#running = this.#run();
  }

  /** Watches these inputs from now on. What is known of those that stay is kept. */
  set inputs(inputs: readonly Input[]) {
    this.#inputs = inputs;
    this.#hint();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.resolve();
    await this.#running;
    this.#timer?.cancel();
    await this.#comparing;
    await this.#events.close();
  }

  #hint(): void {
    this.#isRerouted = this.#isLazyDue = true;
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
        this.#trouble = undefined;
      } catch (error) {
        this.#report(error);
      }
      // The first watchFs takes 2 ms that the gateway needs for its start.
      this.#timer ??= new Timer(START_MS, () => this.#sweep());
    }
  }

  /** Compares the inputs, posts a snapshot if anything differs, and watches the folders on the ways to them. */
  async #update(): Promise<void> {
    const before = this.#latest;
    const snapshot = this.#latest = await this.#camera.take(this.#inputs);
    const isNew = snapshot.digest !== before?.digest ||
      snapshot.inputs !== before.inputs ||
      snapshot.isComplete !== before.isComplete;
    if (this.#closing.signal.aborted) return;
    if (isNew) this.#options.onSnapshot(snapshot);
    if (this.#isLazyDue && performance.now() >= this.#restsUntil) {
      this.#comparing ??= this.#compareLazy();
    }
    if (this.#sweeps === 0) return;
    if (this.#isRerouted) this.#ways = this.#follow();
    this.#isRerouted = false;
    if (this.#options.pollMs !== undefined) return;
    if (await this.#events.watch(this.#ways)) this.#hint();
  }

  /** Compares the lazy trees, however long that takes. */
  async #compareLazy(): Promise<void> {
    const startedAt = performance.now();
    this.#isLazyDue = false;
    try {
      const isChanged = await this.#camera.refreshLazy();
      if (isChanged || this.#isRerouted) this.#wake.resolve();
    } catch (error) {
      this.#report(error);
    }
    const now = performance.now();
    const tookMs = now - startedAt;
    if (tookMs > LONG_MS) {
      // If this process was stopped, that has counted, too.
      const restMs = Math.min(tookMs, LONGEST_MS);
      this.#restsUntil = now + restMs;
      // For hints that come meanwhile.
      new Timer(restMs, () => this.#wake.resolve());
    }
    this.#comparing = undefined;
    if (this.#isLazyDue) this.#wake.resolve();
  }

  #sweep(): void {
    const intervalFor = (isLazy: boolean) =>
      sweepInterval(this.#options, this.#events, this.#camera.size(isLazy));
    const interval = intervalFor(false);
    this.#timer = new Timer(interval, () => this.#sweep());
    const ratio = Math.ceil(intervalFor(true) / interval);
    if (this.#sweeps++ % ratio === 0) this.#isLazyDue = true;
    this.#wake.resolve();
  }

  /** Follows the ways to all inputs. */
  #follow(): Ways {
    const ways = new Ways();
    // Other systems than Linux have no such table.
    const mountInfo = ifPossible(() =>
      Deno.readTextFileSync("/proc/self/mountinfo")
    );
    const mountPoints = mountPointsIn(mountInfo ?? "");
    for (
      const { input, trees, holders, links, isCut } of this.#camera.members
    ) {
      const { path, tree } = input;
      for (const [root, folders] of trees) {
        const nameOf = (name: string) => relativeTo(path, join(root, name));
        const accepts = (name: string) => !!tree?.accepts(nameOf(name), false);
        ways.addTree(root, folders, holders, accepts);
      }
      for (const link of links) ways.addFile(link);
      if (isCut) {
        this.#warn(
          `more than ${MAX_LINKED} folders are behind links in ${path}: the others are not watched; name those that count with --watch`,
        );
      }
      if (!tree && mountPoints.has(ways.addFile(path) ?? "")) {
        this.#warn(
          `${path} is mounted as a single file, so that nothing arrives when an editor replaces the original: mount its folder instead`,
        );
      }
    }
    return ways;
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.onTrouble(message);
  }

  #report(error: unknown): void {
    const trouble = `Cannot compare the files: ${causeOf(error)}`;
    if (this.#closing.signal.aborted || trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.onTrouble(trouble);
  }
}

/**
 * Returns the time until the next sweep, in milliseconds. Sweeps beside events
 * take 1 % of a core at most, and 10 % where they are the only source.
 *
 * @param size The number of files and folders.
 */
export function sweepInterval(
  { sweepMs, pollMs }: Pick<WatcherOptions, "sweepMs" | "pollMs">,
  { isBusy, isComplete }: Pick<FolderEvents, "isBusy" | "isComplete">,
  size: number,
): number {
  const share = pollMs === undefined && isComplete ? 0.01 : 0.1;
  const affordable = Math.min(size * FILE_MS / share, LONGEST_MS);
  const busyMs = isBusy ? Math.min(BUSY_MS, sweepMs) : sweepMs;
  return Math.max(pollMs ?? busyMs, affordable);
}
