/**
 * File system events of folders, by `Deno.watchFs`. They are hints: some
 * changes give none, and their kinds mislead.
 *
 * All watchers of a program share one inotify instance and one thread. Closing
 * one can end the events of another on the same path, so each path belongs to
 * one of them, and each is closed before its successor is opened.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import { infoOf, isWithin, parentOf } from "./paths.ts";

/** Real paths of folders, each with its identity: empty if nothing is there. */
export type Folders = ReadonlyMap<string, string>;

/** Options for {@linkcode FolderEvents}. */
export interface FolderEventsOptions {
  /** Called when something may have happened at a real path. */
  readonly onEvent: (path: string) => void;
  /** Called when anything may have happened: events were lost, a watched folder is another, or there were no events for a moment. */
  readonly onGap: () => void;
  /** Called when there are no events, once until there are again. */
  readonly onTrouble: (error: unknown) => void;
  /** A folder of our own, to make events in and so to find out whether they still arrive. */
  readonly scratch: string | undefined;
}

/** How long an event of our own may take, in milliseconds. */
const HEARTBEAT_MS = 2_000;
/** The time between two attempts to watch folders, in milliseconds. */
const RETRY_MS = 5_000;
/** The same if one of them has just gone. */
const GONE_RETRY_MS = 100;

const NONE: Folders = new Map();

/** A `Deno.watchFs`, if it is open, and its folders. */
interface Slot {
  readonly isRecursive: boolean;
  wanted: Folders;
  /** Those that it watches; none after an event that makes it doubtful. */
  watched: Folders;
  watcher?: Deno.FsWatcher | undefined;
  reading?: Promise<void>;
}

/** Watches folders, and others when asked to. */
export class FolderEvents {
  readonly #options: FolderEventsOptions;
  readonly #plain: Slot = { isRecursive: false, wanted: NONE, watched: NONE };
  readonly #deep: Slot = { isRecursive: true, wanted: NONE, watched: NONE };
  readonly #slots = [this.#plain, this.#deep];
  #isAdapting = false;
  #work: Promise<void> | undefined;
  #retryAt: number | undefined;
  #inTrouble = false;
  #hangs = false;
  /** The folders that were found to be unreadable. */
  readonly #denied = new Set<string>();
  /** The scratch folder while it is watched. */
  #heartbeatFolder: string | undefined;
  #onHeartbeat = () => {};

  constructor(options: FolderEventsOptions) {
    this.#options = options;
  }

  /** Whether there are events of all folders, as far as is known. */
  get isComplete(): boolean {
    return !this.#inTrouble;
  }

  /** Whether a failed attempt should be repeated now. */
  get isRetryDue(): boolean {
    return this.#retryAt !== undefined && performance.now() >= this.#retryAt;
  }

  /**
   * Watches these folders, and no others, from some moment on.
   *
   * @param folders To be watched each by itself.
   * @param roots To be watched with all that is in them.
   */
  watch(folders: Folders, roots: Folders): void {
    const outside = [...folders].filter(([path]) =>
      !roots.keys().some((root) => isWithin(path, root))
    );
    this.#plain.wanted = new Map(outside);
    this.#deep.wanted = roots;
    if (!this.#isAdapting) this.#work = this.#adapt();
  }

  /** Ends all events, and resolves when no more come. */
  async close(): Promise<void> {
    this.#retryAt = undefined;
    this.watch(NONE, NONE);
    await this.#work;
  }

  /** Closes and opens until what is wanted is watched, or something prevents that. */
  async #adapt(): Promise<void> {
    this.#isAdapting = true;
    let isOpened = false;
    try {
      while (this.#retryAt === undefined || this.isRetryDue) {
        this.#retryAt = undefined;
        const slot = this.#slots.find((it) => !isSame(it.wanted, it.watched));
        if (!slot) {
          this.#inTrouble = this.#hangs;
          break;
        }
        if (!await this.#close(slot)) break;
        if (this.#open(slot)) isOpened = true;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAdapting = false;
    }
    if (isOpened) this.#options.onGap();
  }

  /** Returns whether that succeeded. */
  #open(slot: Slot): boolean {
    const { isRecursive, wanted } = slot;
    const paths = [...wanted.keys()].filter((path) =>
      wanted.get(path) && (isRecursive || this.#isReadable(path))
    );
    try {
      if (paths.length > 0) {
        const { scratch } = this.#options;
        if (scratch && !isRecursive && infoOf(scratch)?.isDirectory) {
          paths.push(this.#heartbeatFolder = scratch);
        }
        slot.watcher = Deno.watchFs(paths, { recursive: isRecursive });
        slot.reading = this.#read(slot, slot.watcher);
      }
      slot.watched = wanted;
      return true;
    } catch (error) {
      // A folder that has just gone: the next attempt does not name it.
      if (error instanceof Deno.errors.NotFound) this.#retryIn(GONE_RETRY_MS);
      else this.#fail(error);
      return false;
    }
  }

  /** Returns whether a folder can be watched. One that cannot must not cost the events of the others. */
  #isReadable(folder: string): boolean {
    try {
      Deno.openSync(folder).close();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      if (!(error instanceof Deno.errors.PermissionDenied)) return true;
      if (!this.#denied.has(folder)) {
        this.#options.onTrouble(new Error(`permission denied: ${folder}`));
      }
      this.#denied.add(folder);
      return false;
    }
  }

  /** Returns whether the slot is free. */
  async #close(slot: Slot): Promise<boolean> {
    if (this.#hangs) return false;
    if (this.#slots.some(({ watcher }) => watcher) && !await this.#isAlive()) {
      // To open or to close one would block the whole program.
      this.#hangs = true;
      this.#fail(new Error("the watcher hangs, as it does at a named pipe"));
      return false;
    }
    slot.watcher?.close();
    await slot.reading;
    slot.watcher = undefined;
    slot.watched = NONE;
    if (!slot.isRecursive) this.#heartbeatFolder = undefined;
    return true;
  }

  /**
   * Returns whether events still arrive. The thread of all watchers opens every
   * path that an event names, and waits for ever if that is a named pipe.
   */
  async #isAlive(): Promise<boolean> {
    const folder = this.#heartbeatFolder;
    if (!folder) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onHeartbeat = () => resolve(true);
    const timer = setTimeout(() => resolve(false), HEARTBEAT_MS);
    try {
      Deno.writeTextFileSync(`${folder}/heartbeat`, "");
      return await promise;
    } catch {
      return true; // No event can be made: the folder has gone, or the disk is full.
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(slot: Slot, watcher: Deno.FsWatcher): Promise<void> {
    const events = watcher[Symbol.asyncIterator]();
    while (true) {
      try {
        const { done, value } = await events.next();
        if (done) return;
        this.#receive(value);
      } catch (error) {
        // A name that is not UTF-8: what has it is no input.
        if (/UTF-8/.test(messageOf(error))) continue;
        slot.watched = NONE;
        return this.#fail(error);
      } finally {
        this.#onHeartbeat();
      }
    }
  }

  #receive({ kind, flag, paths }: Deno.FsEvent): void {
    const { scratch, onEvent, onGap } = this.#options;
    // The end of a write, of which there was an event.
    if (kind === "access") return;
    if (flag) onGap();
    for (const path of paths) {
      if (path === scratch) this.#heartbeatFolder = undefined;
      if (parentOf(path) === scratch) continue;
      const slot = this.#slots.find(({ watched }) => watched.has(path));
      if (slot) {
        // The watch of a folder that is replaced or deleted is dead.
        slot.watched = NONE;
        onGap();
      }
      onEvent(path);
    }
  }

  #retryIn(ms: number): void {
    this.#retryAt = performance.now() + ms;
  }

  #fail(error: unknown): void {
    this.#retryIn(RETRY_MS);
    if (!this.#inTrouble) this.#options.onTrouble(error);
    this.#inTrouble = true;
  }
}

/** Returns why there are no events, and the remedy where there is one. */
export function describeTrouble(error: unknown): string {
  const message = messageOf(error).replace(/ \(os error.*|\.? about \[.*/s, "");
  const remedy = /watch limit/i.test(message)
    ? "; raise it with sysctl fs.inotify.max_user_watches=524288"
    : /too many open files/i.test(message)
    ? "; raise the limit with sysctl fs.inotify.max_user_instances=512"
    : /hangs/.test(message)
    ? "; remove the pipe and restart krakend-watch"
    : /permission denied/i.test(message)
    ? "; let this user read the folder"
    : "";
  return `No file system events (${message}${remedy})`;
}

function isSame(a: Folders, b: Folders): boolean {
  return a.size === b.size &&
    a.entries().every(([path, identity]) => b.get(path) === identity);
}
