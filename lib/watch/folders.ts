/**
 * Which folders to watch, so that every way of changing a file is noticed.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";

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

  /** Follows a path, as the kernel would. */
  trace(path: string): Trace {
    return this.#follow(resolve(path), MOST_LINKS, true);
  }

  #follow(path: string, links: number, isLast: boolean): Trace {
    const parent = dirname(path);
    if (parent === path) return { real: path, entries: [] };
    const before = this.#followFolder(parent, links);
    if (before.real === undefined) return before;
    const entry = join(before.real, basename(path));
    const info = lstat(entry);
    if (info?.isSymlink && links > 0) {
      const target = resolve(before.real, readLink(entry) ?? "");
      const after = this.#follow(target, links - 1, isLast);
      return {
        real: after.real,
        entries: [...before.entries, entry, ...after.entries],
      };
    }
    if (info?.isDirectory && !isLast) {
      return { real: entry, entries: before.entries };
    }
    const isThere = info !== undefined && !info.isSymlink && isLast;
    return {
      real: isThere ? entry : undefined,
      entries: [...before.entries, entry],
    };
  }

  #followFolder(path: string, links: number): Trace {
    const known = this.#folders.get(path);
    if (known) return known;
    const trace = this.#follow(path, links, false);
    this.#folders.set(path, trace);
    return trace;
  }
}

/** The folders that have to be watched for these files: those of their entries. */
export function foldersOf(paths: readonly string[]): Folder[] {
  const tracer = new Tracer();
  return identify(
    paths.flatMap((path) => tracer.trace(path).entries).map((entry) =>
      dirname(entry)
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
