/**
 * Which folders to watch, so that every way of changing a file is noticed.
 *
 * @module
 */

import {
  basename,
  dirname,
  isAbsolute,
  resolve,
  SEPARATOR,
  SEPARATOR_PATTERN,
} from "@std/path";

/** A folder to watch. */
export interface Folder {
  /** Its real path. */
  readonly path: string;
  /** Differs when another folder has taken its place. */
  readonly identity: string;
}

/** The way from a path as it is written to what really stands there. */
export interface Trace {
  /** The real path; undefined if nothing stands there. */
  readonly real: string | undefined;
  /**
   * What decides about it, if it is replaced or appears: the links on the way,
   * and the end of the way, which is where a part of it is missing.
   */
  readonly entries: readonly string[];
}

/** As many links as Linux follows in one path before it gives up. */
const MOST_LINKS = 40;

/** Follows paths, remembering what it has seen: for one look at the file system. */
export class Tracer {
  readonly #folders = new Map<string, Trace>();

  /** Follows a path, as the kernel would. It is absolute, and in its normal form. */
  trace(path: string): Trace {
    const parent = parentOf(path);
    if (parent === path) return { real: path, entries: [] };
    const folder = this.#traceFolder(parent);
    const name = path.slice(path.lastIndexOf(SEPARATOR) + 1);
    // Most are plain files, and they are many.
    if (folder.real !== undefined) {
      const real = entryOf(folder.real, name);
      const info = lstat(real);
      if (info && !info.isSymlink) {
        return { real, entries: [...folder.entries, real] };
      }
    }
    return follow(folder, [name]);
  }

  #traceFolder(path: string): Trace {
    const known = this.#folders.get(path);
    if (known) return known;
    const parent = parentOf(path);
    const trace = parent === path
      ? { real: path, entries: [] }
      : follow(this.#traceFolder(parent), [basename(path), "."]);
    this.#folders.set(path, trace);
    return trace;
  }
}

/** The same as dirname() of an absolute path in its normal form, at a tenth of its cost. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf(SEPARATOR);
  return end === path.indexOf(SEPARATOR) ? dirname(path) : path.slice(0, end);
}

/** The same as join() of a real folder and a name in it. */
function entryOf(folder: string, name: string): string {
  return folder.endsWith(SEPARATOR)
    ? folder + name
    : `${folder}${SEPARATOR}${name}`;
}

/** Goes on from a folder, name by name: what `..` leads to is only known there. */
function follow(from: Trace, names: readonly string[]): Trace {
  const entries = [...from.entries];
  const rest = [...names];
  let { real } = from;
  let links = MOST_LINKS;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (real === undefined) break;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      real = dirname(real);
      continue;
    }
    const entry = entryOf(real, name);
    const info = lstat(entry);
    if (info?.isSymlink && links-- > 0) {
      entries.push(entry);
      const target = readLink(entry) ?? "";
      if (isAbsolute(target)) real = resolve("/");
      rest.unshift(...target.split(SEPARATOR_PATTERN));
      continue;
    }
    const isOnTheWay = info?.isDirectory && rest.length > 0;
    if (!isOnTheWay) entries.push(entry);
    const isThere = info?.isDirectory ||
      (info && !info.isSymlink && rest.length === 0);
    real = isThere ? entry : undefined;
  }
  return { real, entries };
}

/** The folders that have to be watched for these files: those of their entries. */
export function foldersOf(paths: readonly string[]): Folder[] {
  const tracer = new Tracer();
  return identify(
    paths.flatMap((path) => tracer.trace(path).entries).map((entry) =>
      parentOf(entry)
    ),
  );
}

/** Names each folder that is there once, with its identity, in order. */
export function identify(paths: Iterable<string>): Folder[] {
  const folders: Folder[] = [];
  for (const path of [...new Set(paths)].sort()) {
    const identity = identityOf(path);
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

/** The birth time is in it because file systems give a number again at once after a removal. */
function identityOf(path: string): string | undefined {
  try {
    const info = Deno.statSync(path);
    return [info.dev, info.ino, info.birthtime?.getTime()].join("|");
  } catch {
    return undefined;
  }
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined;
  }
}
