/**
 * A private folder for copies of configurations, which may hold secrets.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import { ifPossible, messageOf } from "./errors.ts";

const PREFIX = "krakend-watch-";
const NAME = /(?:^|\/)krakend-watch-[0-9a-f]+\.tmp(?:\/|$)/;
/** The file whose lock says that the owner is alive. */
const LOCK = "lock";
/** A folder without a lock is being made, or its owner has lost that, within this time, in milliseconds. */
const UNLOCKED_MS = 60_000;

/** A folder for which only its owner has rights. It is removed when disposed of. */
export interface PrivateFolder extends Disposable {
  readonly path: string;
  /**
   * Makes a new folder in it.
   *
   * @throws If that is not possible.
   */
  makeFolder(): string;
  /**
   * Makes it again if a cleaner of /tmp has removed it.
   *
   * @throws If another one is in its place, which can be another user's.
   */
  restore(): void;
  /** Removes one of these; if that is not possible now, with the next one. */
  removeFolder(path: string): void;
  /** Removes those of this user whose owner was killed. */
  removeAbandoned(): void;
}

/** The folders that it may be in, the best one first. */
function parentsFor(
  env: Readonly<Record<string, string | undefined>>,
): Set<string> {
  return new Set([resolve(env["TMPDIR"] || "/tmp"), "/dev/shm"]);
}

/**
 * Makes the folder, in TMPDIR or /tmp, else in /dev/shm.
 *
 * @param onFailure Called with a sentence if there is no place for it.
 */
export function makePrivateFolder(
  env: Readonly<Record<string, string | undefined>>,
  onFailure: (reason: string) => void,
): PrivateFolder | undefined {
  const failures: string[] = [];
  const parents = parentsFor(env);
  for (const parent of parents) {
    try {
      const path = Deno.makeTempDirSync({
        dir: parent,
        prefix: PREFIX,
        suffix: ".tmp",
      });
      return folderAt(path, parents);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  onFailure(failures.join("; "));
  return undefined;
}

/** Whether a path leads to such a folder or into it, of this process or another one. */
export function isPrivate(path: string): boolean {
  return NAME.test(path);
}

/** Locks a folder. The kernel gives the lock up when this process ends, however that happens. */
function lock(path: string): Deno.FsFile {
  const file = Deno.openSync(`${path}/${LOCK}`, {
    createNew: true,
    write: true,
    mode: 0o600,
  });
  file.lockSync(true);
  return file;
}

function folderAt(
  path: string,
  parents: ReadonlySet<string>,
): PrivateFolder {
  let file = lock(path);
  const made = Deno.lstatSync(path);
  const unwanted = new Set<string>();
  const restore = () => {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    const { isDirectory, uid, mode } = Deno.lstatSync(path);
    if (!isDirectory || uid !== made.uid || mode !== made.mode) {
      throw new Error(`another folder is in the place of ${path}`);
    }
    if (ifPossible(() => Deno.lstatSync(`${path}/${LOCK}`))) return;
    file.close();
    file = lock(path);
  };
  return {
    path,
    restore,
    removeFolder(path) {
      for (const it of unwanted.add(path)) if (remove(it)) unwanted.delete(it);
    },
    makeFolder() {
      restore();
      return Deno.makeTempDirSync({ dir: path, prefix: "configuration-" });
    },
    removeAbandoned: () => parents.forEach(removeAbandoned),
    [Symbol.dispose]() {
      file.close();
      remove(path);
    },
  };
}

/** Removes the folders of processes that are gone. */
function removeAbandoned(parent: string): void {
  const entries = ifPossible(() => [...Deno.readDirSync(parent)]) ?? [];
  for (const { name, isDirectory } of entries) {
    if (!isDirectory || !NAME.test(name)) continue;
    // Unless it is just being made or removed.
    ifPossible(() => removeIfAbandoned(`${parent}/${name}`));
  }
}

function removeIfAbandoned(path: string): void {
  const { uid, mtime } = Deno.lstatSync(path);
  // In another user's, the lock could be a named pipe, which is never opened to the end.
  if (uid !== Deno.uid()) return;
  const name = `${path}/${LOCK}`;
  if (ifPossible(() => Deno.lstatSync(name))) {
    using file = Deno.openSync(name, { write: true });
    if (file.tryLockSync(true)) remove(path);
  } else if (Date.now() - (mtime?.getTime() ?? 0) > UNLOCKED_MS) remove(path);
}

/** Returns whether it is gone. Without a free descriptor it cannot be removed. */
function remove(path: string): boolean {
  try {
    Deno.removeSync(path, { recursive: true });
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
