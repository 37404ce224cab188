/**
 * File system events of folders, by `Deno.watchFs`. They are hints: some
 * changes give none, and their kinds mislead.
 *
 * All watchers of a program share one inotify instance and one thread. Closing
 * one can end the events of another on the same path, so all are closed before
 * others are opened.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { ifPossible, messageOf } from "../errors.ts";
import { pause } from "../timer.ts";
import type { Folders, Ways } from "./paths.ts";

/** Options for {@linkcode FolderEvents}. */
export interface FolderEventsOptions {
  /** Decides by its real path whether an event is a hint. */
  readonly concerns: Ways["concerns"];
  /** Called when anything may have changed. */
  readonly onHint: () => void;
  /** Called with a sentence when there are no events, once until there are again. */
  readonly onTrouble: (message: string) => void;
  /** A folder of our own, to make events in and so to find out whether they still arrive. */
  readonly scratch?: string | undefined;
}

/** How long an event of our own may take, in milliseconds. */
const HEARTBEAT_MS = 2_000;
/** It waits in parts: while this program is stopped, or the machine sleeps, only one of them passes. */
const HEARTBEAT_PARTS = 20;
/** The time between two attempts to watch folders, in milliseconds. */
const RETRY_MS = 5_000;
/**
 * After so many events in one period, such as those of a log beside the
 * configuration, there are none in the next one; in milliseconds. Each costs
 * 30 µs or more.
 */
const MAX_EVENTS = 100;
const COUNT_MS = 500;
const BUSY_MS = 10_000;

const NONE: Folders = new Map();

/** Watches folders, and others when asked to. */
export class FolderEvents {
  readonly #options: FolderEventsOptions;
  #watchers: Deno.FsWatcher[] = [];
  #readings: Promise<void>[] = [];
  /** What is watched; nothing after an event by which it may not hold any more. */
  #watched = NONE;
  /** The scratch folder while it is watched, as it was then. */
  #heartbeatFolder: Deno.FileInfo | undefined;
  #onEvent = () => {};
  /** The folders that were found to be unreadable. */
  readonly #denied = new Set<string>();
  #retryAt = -Infinity;
  #inTrouble = false;
  #hangs = false;
  #count = 0;
  #countedSince = -Infinity;
  #busyUntil = -Infinity;

  constructor(options: FolderEventsOptions) {
    this.#options = options;
  }

  /** Whether there are none for a while, as there were too many. */
  get isBusy(): boolean {
    return performance.now() < this.#busyUntil;
  }

  /** Whether there are events of all folders, as far as is known. */
  get isComplete(): boolean {
    return !this.#inTrouble && !this.isBusy;
  }

  /**
   * Watches the folders on these ways and no others, if that is possible now.
   *
   * @returns Whether they are watched anew, so that there were no events for a moment.
   */
  async watch(ways: Pick<Ways, "folders" | "roots">): Promise<boolean> {
    const wanted = this.isBusy ? NONE : ways.folders;
    if (isSame(wanted, this.#watched)) return false;
    if (performance.now() < this.#retryAt || !await this.close()) return false;
    if (wanted.size === 0) return false;
    const roots = [...ways.roots];
    const others = [...wanted.keys()].filter((path) =>
      !isInOne(path, ways.roots)
    );
    try {
      this.#open(others, false);
      this.#open(roots, true);
      this.#watched = wanted;
      this.#inTrouble = false;
      return true;
    } catch (error) {
      // A folder that has just gone: the next attempt does not name it.
      if (!(error instanceof Deno.errors.NotFound)) this.#fail(error);
      return false;
    }
  }

  /**
   * Ends all events.
   *
   * @returns Whether that was possible.
   */
  async close(): Promise<boolean> {
    if (this.#hangs) return false;
    if (this.#watchers.length > 0 && !await this.#isAlive()) {
      // To open or to close one would block the whole program.
      this.#hangs = true;
      this.#fail(new Error("the watcher hangs, as it does at a named pipe"));
      return false;
    }
    for (const watcher of this.#watchers) watcher.close();
    await Promise.all(this.#readings);
    this.#watchers = [];
    this.#readings = [];
    this.#watched = NONE;
    this.#heartbeatFolder = undefined;
    return true;
  }

  #open(folders: readonly string[], recursive: boolean): void {
    const paths = folders.filter((path) => this.#isReadable(path));
    if (paths.length === 0) return;
    const { scratch } = this.#options;
    if (scratch && !this.#heartbeatFolder) {
      this.#heartbeatFolder = ifPossible(() => Deno.statSync(scratch));
      if (this.#heartbeatFolder) paths.push(scratch);
    }
    const watcher = Deno.watchFs(paths, { recursive });
    this.#watchers.push(watcher);
    this.#readings.push(this.#read(watcher));
  }

  /** Returns whether a folder can be watched. One that cannot must not cost the events of the others. */
  #isReadable(folder: string): boolean {
    try {
      Deno.openSync(folder).close();
      return true;
    } catch (error) {
      const isDenied = error instanceof Deno.errors.PermissionDenied;
      if (isDenied && !this.#denied.has(folder)) {
        this.#denied.add(folder);
        this.#report(new Error(`permission denied at ${folder}`));
      }
      return false;
    }
  }

  /**
   * Returns whether events still arrive. The thread of all watchers opens every
   * path that an event names, and waits for ever if that is a named pipe.
   */
  async #isAlive(): Promise<boolean> {
    const { scratch: dir = "" } = this.#options;
    const folder = this.#heartbeatFolder;
    // Another in its place is not watched. A file that is open in the old one keeps the event of its removal from us.
    const isSame = ifPossible(() => Deno.statSync(dir))?.ino === folder?.ino;
    if (!folder || !isSame) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onEvent = () => resolve(true);
    try {
      // Nothing that is there is opened: the folder can be another user's by now.
      Deno.removeSync(Deno.makeTempDirSync({ dir, prefix: "heartbeat-" }));
    } catch {
      return true; // No event can be made: the folder has gone, or the disk is full.
    }
    for (let i = 0; i < HEARTBEAT_PARTS; i++) {
      const part = pause(HEARTBEAT_MS / HEARTBEAT_PARTS);
      if (await Promise.race([promise, part])) return true;
    }
    return false;
  }

  async #read(watcher: Deno.FsWatcher): Promise<void> {
    const events = watcher[Symbol.asyncIterator]();
    while (true) {
      try {
        const { done, value } = await events.next();
        if (done) return;
        this.#receive(value);
      } catch (error) {
        // A name that is not UTF-8: sweeps do for the few that count.
        if (/UTF-8/.test(messageOf(error))) continue;
        this.#watched = NONE;
        return this.#fail(error);
      }
    }
  }

  #receive({ kind, flag, paths }: Deno.FsEvent): void {
    const { scratch, concerns, onHint } = this.#options;
    this.#onEvent();
    // The end of a write, of which there was an event.
    if (kind === "access") return;
    let isHint = Boolean(flag) || this.#isTooMany();
    for (const path of paths) {
      if (path === scratch) this.#heartbeatFolder = undefined;
      if (this.#watched.has(path)) {
        // The watch of a folder that is replaced or deleted is dead.
        this.#watched = NONE;
        isHint = true;
      }
      if (concerns(path, kind === "modify")) isHint = true;
    }
    if (isHint) onHint();
  }

  /** Counts an event, and returns whether it is the one too many. */
  #isTooMany(): boolean {
    const now = performance.now();
    if (now - this.#countedSince > COUNT_MS) {
      this.#countedSince = now;
      this.#count = 0;
    }
    if (++this.#count !== MAX_EVENTS) return false;
    this.#busyUntil = now + BUSY_MS;
    return true;
  }

  #fail(error: unknown): void {
    this.#retryAt = performance.now() + RETRY_MS;
    if (!this.#inTrouble) this.#report(error);
    this.#inTrouble = true;
  }

  #report(error: unknown): void {
    const reason = messageOf(error).replace(/ \(os error \d+\)/, "")
      .replace(/\.? about \["(.*?)".*/s, " at $1");
    const remedy = /watch limit/i.test(reason)
      ? "; raise it with sysctl fs.inotify.max_user_watches=524288"
      : /too many open files/i.test(reason)
      ? "; raise the limit with sysctl fs.inotify.max_user_instances=512"
      : /hangs/.test(reason)
      ? "; remove the pipe and restart krakend-watch"
      : /permission denied/i.test(reason)
      ? "; let this user read the folder"
      : "";
    this.#options.onTrouble(
      `No file system events (${reason}${remedy}): the files are compared at intervals instead`,
    );
  }
}

/** Returns whether a path is one of these folders, or in one. */
function isInOne(path: string, folders: ReadonlySet<string>): boolean {
  return folders.has(path) ||
    (path !== "/" && isInOne(dirname(path), folders));
}

function isSame(a: Folders, b: Folders): boolean {
  return a.size === b.size &&
    a.entries().every(([path, identity]) => b.get(path) === identity);
}
