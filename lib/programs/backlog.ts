/**
 * The changes that a command has still to run for.
 *
 * @module
 */

import { PATIENCE_MS } from "../gate.ts";
import { differences, isMissing, type Snapshot } from "../watch/snapshot.ts";

/** Options for {@linkcode Backlog}. */
export interface BacklogOptions {
  /** How long files must be still before the command runs for them, in milliseconds. */
  settleMs: number;
  /** Whether the command runs for each file by itself, and not for all that changed at once. */
  isPerFile: boolean;
}

/** When something changed, in milliseconds. */
interface Span {
  /** When the first change was seen. */
  readonly since: number;
  /** When the last one was. */
  readonly latest: number;
}

/** A file that changed. */
interface Change extends Span {
  /** What the file was when the command last ran; undefined if it was not there. */
  readonly before: string | undefined;
  /** Whether the command ran meanwhile: it may have read what was there for a moment. */
  readonly mayBeRead: boolean;
}

/** Remembers what has changed until the command has run for it. Knows no clock. */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #changes = new Map<string, Change>();
  #snapshot: Snapshot | undefined;
  #hasBegun = false;
  /** What the command runs for; undefined while it does not. */
  #running: readonly string[] | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Whether the command runs. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Takes in what the files are now. What they were the first time is taken at
   * once: a portion without paths, from which on changes count.
   *
   * @returns Which files are others than they were the last time.
   */
  observe(snapshot: Snapshot, now: number): readonly string[] {
    const previous = this.#snapshot;
    this.#snapshot = snapshot;
    if (!previous || previous.digest === snapshot.digest) return [];
    const paths = differences(previous, snapshot);
    for (const path of paths) {
      const change = this.#changes.get(path);
      const before = change ? change.before : contentOf(previous, path);
      const mayBeRead = change?.mayBeRead || this.#isRunningFor(path);
      this.#changes.delete(path);
      // What is again as it was is no change, unless somebody has seen it otherwise.
      if (!mayBeRead && before === contentOf(snapshot, path)) continue;
      const since = change?.since ?? now;
      this.#changes.set(path, { before, since, latest: now, mayBeRead });
    }
    return paths;
  }

  /** How long to wait until files may have been still for long enough, in milliseconds; undefined if nothing changed. */
  dueInMs(now: number): number | undefined {
    let due = Infinity;
    for (const span of this.#spans()) due = Math.min(due, this.#dueAt(span));
    return due === Infinity ? undefined : Math.max(0, due - now);
  }

  /**
   * Takes what the command is to run for: the file that waits longest, or all.
   * The command runs from now on, until {@linkcode finish}.
   *
   * @param lookedAt When the files were looked at last: still is what was seen still.
   * @returns Undefined if there is nothing to run for yet.
   */
  take(lookedAt: number): readonly string[] | undefined {
    return this.#running = this.#next(lookedAt);
  }

  /** The command has ended. */
  finish(): void {
    this.#running = undefined;
  }

  #next(lookedAt: number): readonly string[] | undefined {
    if (this.#snapshot && !this.#hasBegun) {
      this.#hasBegun = true;
      return [];
    }
    return this.#options.isPerFile
      ? this.#takeOne(lookedAt)
      : this.#takeAll(lookedAt);
  }

  #takeAll(lookedAt: number): readonly string[] | undefined {
    if (this.dueInMs(lookedAt) !== 0) return undefined;
    const paths = [...this.#changes.keys()].sort();
    this.#changes.clear();
    return paths;
  }

  #takeOne(lookedAt: number): readonly string[] | undefined {
    for (const [path, change] of this.#changes) {
      if (this.#dueAt(change) > lookedAt) continue;
      this.#changes.delete(path);
      // A command that is told the name of a file can do nothing without it.
      if (contentOf(this.#snapshot, path) !== undefined) return [path];
    }
    return undefined;
  }

  /** What is waited for: each change by itself, or all of them. */
  #spans(): Iterable<Span> {
    const changes = this.#changes.values();
    return this.#options.isPerFile ? changes : together(changes);
  }

  #dueAt({ since, latest }: Span): number {
    return Math.min(latest + this.#options.settleMs, since + PATIENCE_MS);
  }

  #isRunningFor(path: string): boolean {
    const { isPerFile } = this.#options;
    return this.#running !== undefined &&
      (!isPerFile || this.#running.includes(path));
  }
}

/** The time from the first change to the last; none if there is no change. */
function together(changes: Iterable<Change>): Span[] {
  let all: Span | undefined;
  for (const { since, latest } of changes) {
    all = {
      since: Math.min(since, all?.since ?? since),
      latest: Math.max(latest, all?.latest ?? latest),
    };
  }
  return all ? [all] : [];
}

/** What a file is; undefined if it is not there. */
function contentOf(
  snapshot: Snapshot | undefined,
  path: string,
): string | undefined {
  const state = snapshot?.files.get(path);
  return state && !isMissing(state) ? state.content : undefined;
}
