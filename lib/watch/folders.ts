/**
 * Which folders to watch, so that every way of changing a file is noticed.
 *
 * @module
 */

import { dirname, isAbsolute, join, resolve } from "@std/path";

/** A folder to watch. */
export interface Folder {
  /** Its real path. */
  readonly path: string;
  /** Differs when another folder has taken its place. */
  readonly identity: string;
}

/** As many links as Linux follows in one path before it gives up. */
const MOST_LINKS = 40;

/**
 * The folders in which a change can give one of the files another content: the
 * one that holds the file, and those that hold a link on the way to it. Where
 * a part of the way is missing, the folder in which it would appear.
 *
 * @param paths The files, absolute.
 */
export async function foldersOf(paths: readonly string[]): Promise<Folder[]> {
  const found = new Set<string>();
  for (const path of paths) {
    for (const folder of await foldersOnTheWay(path)) found.add(folder);
  }
  const folders: Folder[] = [];
  for (const path of [...found].sort()) {
    const identity = await identityOf(path);
    if (identity) folders.push({ path, identity });
  }
  return folders;
}

/** Whether two lists name the same folders, none of them replaced. */
export function sameFolders(
  a: readonly Folder[],
  b: readonly Folder[],
): boolean {
  return a.length === b.length &&
    a.every(({ path, identity }, i) =>
      path === b[i]?.path && identity === b[i]?.identity
    );
}

/** Walks the path as the kernel does, one name at a time. */
async function foldersOnTheWay(path: string): Promise<string[]> {
  const folders: string[] = [];
  let { root: folder, names } = split(path);
  let links = 0;
  while (names.length > 0) {
    const [name, ...rest] = names as [string, ...string[]];
    const entry = join(folder, name);
    const info = await lstat(entry);
    const isLast = rest.length === 0;
    if (info?.isSymlink && links++ < MOST_LINKS) {
      folders.push(folder);
      const target = await readLink(entry);
      if (target === undefined) break;
      const next = split(isAbsolute(target) ? target : join(folder, target));
      folder = next.root;
      names = [...next.names, ...rest];
    } else if (info?.isDirectory && !isLast) {
      folder = entry;
      names = rest;
    } else {
      folders.push(folder);
      break;
    }
  }
  return folders;
}

function split(path: string): { root: string; names: string[] } {
  const absolute = resolve(path);
  let root = absolute;
  while (dirname(root) !== root) root = dirname(root);
  const names = absolute.slice(root.length).split(/[/\\]/).filter(Boolean);
  return { root, names };
}

/** The birth time is in it because file systems give a number again at once after a removal. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const info = await Deno.stat(path);
    return [info.dev, info.ino, info.birthtime?.getTime()].join("|");
  } catch {
    return undefined;
  }
}

async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch {
    return undefined;
  }
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await Deno.readLink(path);
  } catch {
    return undefined;
  }
}
