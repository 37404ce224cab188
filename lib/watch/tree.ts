/**
 * Folders in which files are inputs as they come and go.
 *
 * @module
 */

import { dirname, join, relative, SEPARATOR } from "@std/path";
import { isWithin } from "../system/paths.ts";
import { entriesOf } from "./entries.ts";

/** A folder and what counts in it; or a file, which counts itself. Paths inside are relative to it, with `/`, and a folder's ends in one. */
export interface Tree {
  readonly path: string;
  /** Whether a file or folder is an input. */
  accepts(path: string, isDirectory: boolean): boolean;
  /** Whether nothing below a folder is. */
  excludesFolder(path: string): boolean;
}

/** A folder of a tree, as it was read. */
export interface Branch {
  /**
   * Differs after an entry of it came, went or was renamed; empty if that is
   * not certain. Undefined in one that is watched: the first sweep takes it.
   */
  stamp: string | undefined;
  /** The inputs in it, as paths. */
  readonly inputs: readonly string[];
  /** The folders in it that may hold inputs, by their names. */
  readonly folders: readonly string[];
}

/** The folders of a tree by their real paths. */
export type Branches = ReadonlyMap<string, Branch>;

/** A tree that is a folder, as it was walked. */
export interface Walked {
  readonly tree: Tree;
  /** The real path of the tree. */
  readonly real: string;
  readonly branches: Branches;
  /** Whether there are so many that to watch or read all costs much. */
  readonly isLarge: boolean;
}

/** Folders that may be others than at the last walk, by their real paths. */
export interface Stale {
  /** Something in them came or went. */
  readonly folders: ReadonlySet<string>;
  /** They, or something above them, came, went or were replaced. */
  readonly replaced: ReadonlySet<string>;
}

/** Options for {@linkcode walk}. */
export interface WalkOptions {
  /** What the last walk found. A folder that has not changed is not read again. */
  previous?: Branches | undefined;
  /** Which folders may have changed; without it, the stamp of each is compared. */
  stale?: Stale | undefined;
  /** Called before a folder is looked at, to watch it, so that no change after that is missed. Tells whether it is watched. */
  onFolder?: ((path: string) => boolean) | undefined;
  /** With more folders than this the walk is given up. */
  most?: number;
}

/**
 * How long after a change of a folder a second one may leave the same stamp,
 * in milliseconds: some file systems count in steps of two seconds.
 */
const RACY_MS = 2_500;

/** After how many folders others get their turn. */
const BATCH = 500;

/** One for all of the many folders without any. */
const NONE: readonly string[] = [];

/**
 * Walks a tree. Links to folders are not followed, so there are no loops. A
 * folder that cannot be read is one without files.
 *
 * @param real The real path of the tree.
 * @returns Undefined if there are too many folders.
 */
export async function walk(
  tree: Tree,
  real: string,
  { previous, stale, onFolder, most = Infinity }: WalkOptions = {},
): Promise<Branches | undefined> {
  const isStale = !stale || stale.folders.size + stale.replaced.size > 0;
  if (previous && !isStale) return previous;
  const branches = new Map<string, Branch>();
  const prefix = real.endsWith(SEPARATOR) ? real : `${real}${SEPARATOR}`;
  const rest = [{ path: real, isNew: false }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { path } = next;
    const before = previous?.get(path);
    const isNew = next.isNew || !before || stale?.replaced.has(path) === true;
    let branch = before;
    if (isNew || !stale || stale.folders.has(path)) {
      const isWatched = onFolder?.(path) ?? false;
      // Before it is read: what comes in between shows in the next stamp.
      const stamp = isWatched && (isNew || !before.stamp)
        ? undefined
        : stampOf(path);
      const isSame = !isNew && !stale && stamp && before.stamp === stamp;
      if (!isSame) branch = read(tree, path.slice(prefix.length), stamp);
    }
    if (!branch) continue;
    branches.set(path, branch);
    if (branches.size > most) return undefined;
    if (branches.size % BATCH === 0) await othersTurn();
    const begin = path === real ? prefix : `${path}${SEPARATOR}`;
    for (const name of branch.folders) rest.push({ path: begin + name, isNew });
  }
  return branches;
}

/**
 * Whether nothing came or went in these folders since they were read, as far as that can be told.
 *
 * @param hasEvents Whether there were events of those that are watched.
 */
export function areCurrent(branches: Branches, hasEvents: boolean): boolean {
  for (const [path, branch] of branches) {
    const stamp = stampOf(path);
    if (branch.stamp === undefined) {
      if (!hasEvents) return false;
      branch.stamp = stamp || undefined;
    } else if (stamp === "" || branch.stamp !== stamp) return false;
  }
  return true;
}

/** What an event says about a tree. */
export type TreeNews = "nothing" | "an entry" | "a folder";

/**
 * What it means for a tree that something has come to a real path, or gone
 * from there: nothing, unless it is an input, or holds one.
 *
 * @param kind What stands there now.
 */
export function newsOf(
  { tree, real, branches }: Walked,
  path: string,
  kind: "file" | "folder" | "missing",
): TreeNews {
  if (branches.has(path)) return "a folder";
  if (!isWithin(path, real) || path === real) return "nothing";
  const name = relative(real, path).replaceAll("\\", "/");
  if (isExcluded(tree, dirname(name))) return "nothing";
  if (kind !== "folder") {
    return tree.accepts(name, false) ? "an entry" : "nothing";
  }
  const matters = tree.accepts(`${name}/`, true) ||
    !tree.excludesFolder(`${name}/`);
  return matters ? "a folder" : "nothing";
}

/** Whether a folder, or one above it, holds nothing that counts. */
function isExcluded(tree: Tree, folder: string): boolean {
  if (folder === ".") return false;
  return isExcluded(tree, dirname(folder)) || tree.excludesFolder(`${folder}/`);
}

/** Reads a folder, by its path in the tree. */
function read(tree: Tree, folder: string, stamp: string | undefined): Branch {
  const inputs: string[] = [];
  const folders: string[] = [];
  // Folders are many, and join() is slow.
  const whole = folder ? `${tree.path}${SEPARATOR}${folder}` : tree.path;
  const begin = folder && `${folder.replaceAll("\\", "/")}/`;
  for (const { name, isDirectory } of entriesOf(whole)) {
    const path = `${begin}${name}${isDirectory ? "/" : ""}`;
    if (tree.accepts(path, isDirectory)) inputs.push(join(whole, name));
    if (isDirectory && !tree.excludesFolder(path)) folders.push(name);
  }
  return {
    stamp,
    inputs: inputs.length > 0 ? inputs : NONE,
    folders: folders.length > 0 ? folders : NONE,
  };
}

function stampOf(path: string): string {
  try {
    const { ino, mtime, ctime } = Deno.statSync(path);
    const touched = mtime?.getTime() ?? Infinity;
    return touched > Date.now() - RACY_MS
      ? ""
      : `${ino}|${touched}|${ctime?.getTime()}`;
  } catch {
    return "missing";
  }
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
