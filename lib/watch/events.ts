/**
 * File system events, as hints that a look is due.
 *
 * @module
 */

import { deadline } from "@std/async";
import { dirname, join } from "@std/path";
import { messageOf } from "../errors.ts";
import { type Folder, sameFolders } from "./folders.ts";

/** Something that happened in a folder, as far as it can be believed. */
export interface FolderEvent {
  /** Whether files were only written to; else they may have come, gone or been replaced. */
  readonly isEdit: boolean;
  /** Whether it may be about anything: events were lost, or it is about a folder as a whole. */
  readonly isVague: boolean;
  /** The real paths that it names; not always those that it is about. */
  readonly paths: readonly string[];
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
 * Watches a set of folders with a single `Deno.watchFs`.
 *
 * All watchers of a Deno program share one inotify instance, in which closing
 * one can deafen another; so there is only ever one, replaced as a whole, and
 * the old one is gone before the new one opens.
 */
export class FolderEvents {
  readonly #options: FolderEventsOptions;
  #watcher: Deno.FsWatcher | undefined;
  #reading: Promise<void> = Promise.resolve();
  #folders: readonly Folder[] = [];
  #retryAt = 0;
  #heartbeat = Promise.withResolvers<void>();
  #inTrouble = false;
  #hangs = false;

  constructor(options: FolderEventsOptions) {
    this.#options = options;
  }

  /** Whether events can be expected. */
  get isOpen(): boolean {
    return this.#watcher !== undefined;
  }

  /**
   * Makes these the watched folders.
   *
   * @returns Whether something has changed, so that the folders should be listed again.
   */
  async watch(folders: readonly Folder[]): Promise<boolean> {
    if (this.#watcher && sameFolders(folders, this.#folders)) return false;
    if (!this.#watcher && performance.now() < this.#retryAt) return false;
    await this.close();
    if (folders.length === 0 || this.#hangs) return false;
    const { heartbeatFolder } = this.#options;
    const paths = folders.map(({ path }) => path);
    if (heartbeatFolder) paths.push(heartbeatFolder);
    try {
      this.#watcher = Deno.watchFs(paths, { recursive: false });
      this.#folders = folders;
      this.#reading = this.#read(this.#watcher);
      this.#inTrouble = false;
      return true;
    } catch (error) {
      // A folder has just gone; the next list will not name it.
      if (error instanceof Deno.errors.NotFound) return true;
      this.#fail(error);
      return false;
    }
  }

  /** Stops watching; resolves when the watcher is really gone. */
  async close(): Promise<void> {
    const watcher = this.#watcher;
    if (!watcher) return;
    if (!await this.#isBeating()) {
      // To close it would block the whole program.
      this.#hangs = true;
      this.#watcher = undefined;
      this.#fail(new Error("the watcher hangs; named pipes do that"));
      return;
    }
    this.#watcher = undefined;
    watcher.close();
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

  async #read(watcher: Deno.FsWatcher): Promise<void> {
    const paths = new Set(this.#folders.map(({ path }) => path));
    try {
      for await (const event of watcher) {
        // Our own reading of a file is an event of this kind.
        if (event.kind === "access") continue;
        if (event.paths.every((path) => this.#isOurs(path))) {
          this.#heartbeat.resolve();
          continue;
        }
        // A folder that is told about itself may be gone, and its watch dead.
        const isAboutFolder = event.paths.some((path) => paths.has(path));
        if (isAboutFolder) this.#folders = [];
        this.#options.onEvent({
          isEdit: event.kind === "modify",
          // Typed as undefined where there is none, but it is null.
          isVague: isAboutFolder || Boolean(event.flag),
          paths: event.paths,
        });
      }
    } catch (error) {
      if (this.#watcher === watcher) {
        this.#watcher = undefined;
        watcher.close();
        this.#fail(error);
      }
    }
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

/** Why there are no events, what that means, and the remedy where there is one. */
export function describeTrouble(error: unknown): string {
  const message = messageOf(error);
  const remedy = /watch limit/i.test(message)
    ? "; raise it with sysctl fs.inotify.max_user_watches=524288"
    : /too many open files/i.test(message)
    ? "; raise the limit with sysctl fs.inotify.max_user_instances=1024"
    : "";
  return `No file system events (${message}${remedy}): looking at the files once a second instead`;
}
