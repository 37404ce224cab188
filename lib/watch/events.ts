/**
 * File system events, as hints that a look is due.
 *
 * @module
 */

import { deadline } from "@std/async";
import { dirname, join } from "@std/path";
import type { FolderEvent } from "./folder_event.ts";
import { type Folder, sameFolders } from "./folders.ts";
import { Inotify } from "./inotify.ts";
import { libc } from "./libc.ts";

/** What to watch. */
export interface Ground {
  /** Folders to watch each by itself. */
  readonly folders: readonly Folder[];
  /** Folders to watch with all that is below them. None of the others is in one of these. */
  readonly roots: readonly Folder[];
}

/** Who wants to hear of events. */
export interface FolderEventsOptions {
  /** Called at every event: a look is due. */
  onEvent: (event: FolderEvent) => void;
  /**
   * A folder of our own, to find out whether events still come. Without it,
   * that is taken for granted.
   */
  heartbeatFolder?: string | undefined;
  /** Called once when events cannot be had any more: the sweep is alone from here on. */
  onTrouble: (error: unknown) => void;
}

/** How long an event of our own making may take, in milliseconds. */
const HEARTBEAT_MS = 2_000;

/** How long to leave a watcher alone that could not be opened, in milliseconds. */
const RETRY_MS = 5_000;

/**
 * Watches a set of folders, with one `Deno.watchFs` for all of a kind.
 *
 * All watchers of a Deno program share one inotify instance, in which closing
 * one can deafen another on the same path; so they are replaced as a whole,
 * and the old ones are gone before the new ones open.
 */
export class FolderEvents {
  readonly #options: FolderEventsOptions;
  #watchers: readonly Deno.FsWatcher[] = [];
  #reading: Promise<unknown> = Promise.resolve();
  #ground: Ground | undefined;
  #retryAt = 0;
  #heartbeat = Promise.withResolvers<void>();
  #inTrouble = false;
  #hangs = false;
  /** For the folders of large trees. */
  #inotify: Inotify | undefined;

  constructor(options: FolderEventsOptions) {
    this.#options = options;
  }

  /** Whether events can be expected. */
  get isOpen(): boolean {
    return this.#watchers.length > 0;
  }

  /** Whether there are none, and it is time to try. */
  get mayOpen(): boolean {
    return !this.isOpen && !this.#hangs && performance.now() >= this.#retryAt;
  }

  /**
   * Watches one folder more, at little cost: of a large tree. Tells whether
   * there will be events. Undefined where that cannot be had.
   */
  get watchBranch(): ((path: string) => boolean) | undefined {
    return libc() ? (path) => this.#watchBranch(path) : undefined;
  }

  #watchBranch(path: string): boolean {
    if (!this.isOpen && !this.mayOpen) return false;
    try {
      this.#inotify ??= new Inotify({
        onEvent: this.#options.onEvent,
        onTrouble: (error) => this.#breakDown(error),
      });
      this.#inotify.add(path);
      return true;
    } catch (error) {
      this.#breakDown(error);
      return false;
    }
  }

  /**
   * Makes this what is watched.
   *
   * @returns Whether something has changed, so that the folders should be listed again.
   */
  async watch(ground: Ground): Promise<boolean> {
    if (this.isOpen && this.#ground && isSame(ground, this.#ground)) {
      return false;
    }
    await this.#closeWatchers();
    if (isEmpty(ground) || !this.mayOpen) return false;
    try {
      this.#open(ground);
      this.#inTrouble = false;
      return true;
    } catch (error) {
      await this.#closeWatchers();
      // A folder has just gone; the next list will not name it.
      if (error instanceof Deno.errors.NotFound) return true;
      this.#breakDown(error);
      return false;
    }
  }

  #open(ground: Ground): void {
    const { heartbeatFolder } = this.#options;
    const folders = ground.folders.map(({ path }) => path);
    if (heartbeatFolder) folders.push(heartbeatFolder);
    const roots = ground.roots.map(({ path }) => path);
    const opened: Deno.FsWatcher[] = [];
    const open = (paths: string[], recursive: boolean) => {
      if (paths.length > 0) opened.push(Deno.watchFs(paths, { recursive }));
    };
    try {
      open(folders, false);
      open(roots, true);
    } finally {
      // One that was opened has to be closed in any case.
      this.#watchers = opened;
      this.#ground = ground;
      const paths = new Set([...folders, ...roots]);
      this.#reading = Promise.all(
        opened.map((watcher) => this.#read(watcher, paths)),
      );
    }
  }

  /** Stops watching; resolves when it is really over. */
  async close(): Promise<void> {
    await this.#closeWatchers();
    await this.#inotify?.close();
    this.#inotify = undefined;
  }

  async #closeWatchers(): Promise<void> {
    if (!this.isOpen) return;
    if (!await this.#isBeating()) {
      // To close them would block the whole program.
      this.#hangs = true;
      this.#watchers = [];
      this.#fail(new Error("the watcher hangs; named pipes do that"));
      return;
    }
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher.close();
    await this.#reading;
  }

  /**
   * Whether the watcher still works. Deno's opens every path that an event
   * names, and waits for ever if that is a named pipe that nobody writes to.
   */
  async #isBeating(): Promise<boolean> {
    const { heartbeatFolder } = this.#options;
    if (!heartbeatFolder) return true;
    this.#heartbeat = Promise.withResolvers();
    try {
      await Deno.writeTextFile(join(heartbeatFolder, "heartbeat"), "");
      await deadline(this.#heartbeat.promise, HEARTBEAT_MS);
      return true;
    } catch {
      return false;
    }
  }

  async #read(
    watcher: Deno.FsWatcher,
    watched: ReadonlySet<string>,
  ): Promise<void> {
    try {
      for await (const event of watcher) {
        // Our own reading of a file is an event of this kind.
        if (event.kind === "access") continue;
        const { paths } = event;
        if (paths.length > 0 && paths.every((path) => this.#isOurs(path))) {
          this.#heartbeat.resolve();
          continue;
        }
        // A folder that is told about itself may be gone, and its watch dead.
        const isAboutFolder = paths.some((path) => watched.has(path));
        if (isAboutFolder) this.#ground = undefined;
        this.#options.onEvent({
          isEdit: event.kind === "modify",
          // Typed as undefined where there is none, but it is null.
          isVague: isAboutFolder || Boolean(event.flag),
          paths,
        });
      }
    } catch (error) {
      if (this.#watchers.includes(watcher)) this.#breakDown(error);
    }
  }

  /** Gives up all events: with a part of them, nobody knows what is missed. */
  #breakDown(error: unknown): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const it of watchers) it.close();
    this.#inotify?.close();
    this.#inotify = undefined;
    this.#fail(error);
  }

  #isOurs(path: string): boolean {
    const { heartbeatFolder } = this.#options;
    return heartbeatFolder !== undefined && dirname(path) === heartbeatFolder;
  }

  #fail(error: unknown): void {
    this.#retryAt = performance.now() + RETRY_MS;
    if (!this.#inTrouble) this.#options.onTrouble(error);
    this.#inTrouble = true;
  }
}

function isEmpty({ folders, roots }: Ground): boolean {
  return folders.length === 0 && roots.length === 0;
}

function isSame(a: Ground, b: Ground): boolean {
  return sameFolders(a.folders, b.folders) && sameFolders(a.roots, b.roots);
}
