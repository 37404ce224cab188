/**
 * What is to be watched, and what that is right now.
 *
 * @module
 */

import { dirname, join, relative, resolve } from "@std/path";
import { isWithin } from "../paths.ts";
import { type Folder, identify, sameFolders, Tracer } from "./folders.ts";

/** What is to be watched. Paths are absolute. */
export interface Scope {
  /** Files known by their names, whether they are there or not. */
  readonly files: readonly string[];
  /** Folders in which files are inputs as they come and go. */
  readonly trees: readonly Tree[];
}

/** A folder and what counts in it; or a file, which counts itself. Paths inside are relative to it, with `/`, and a folder's ends in one. */
export interface Tree {
  readonly path: string;
  /** Whether a file or folder is an input. */
  accepts(path: string, isDirectory: boolean): boolean;
  /** Whether nothing below a folder is. */
  excludesFolder(path: string): boolean;
}

/** What a scope is at one moment. */
export interface Listing {
  /** Every input, in order. */
  readonly paths: readonly string[];
  /** The folders to watch, each by itself. */
  readonly folders: readonly Folder[];
  /** The folders to watch with all that is below them: trees with very many. */
  readonly roots: readonly Folder[];
  /** For the real path of each input, the input. */
  readonly inputs: ReadonlyMap<string, string>;
  /**
   * Real paths that decide about more than the content of one input: links,
   * what is missing, and what several inputs lead to; with what stands there.
   */
  readonly turnings: ReadonlyMap<string, string>;
  /** Folders of trees, with what tells that nothing came or went in them. */
  readonly branches: ReadonlyMap<string, string>;
  /** For the real path of each tree that is a folder, the tree. */
  readonly trees: ReadonlyMap<string, Tree>;
}

/**
 * With more folders than this, a tree is watched as a whole. Opening a watcher
 * on 55,000 folders one by one takes six seconds, on their tree one.
 */
const MANY_FOLDERS = 1_000;

/** After how many entries of a tree others get their turn. */
const BATCH = 2_000;

/** Finds out what a scope is now. A folder that cannot be read is one without files. */
export async function list(scope: Scope): Promise<Listing> {
  const paths = new Set(scope.files);
  const folders = new Set<string>();
  const roots = new Set<string>();
  const inputs = new Map<string, string>();
  const turnings = new Map<string, string>();
  const branches = new Map<string, string>();
  const trees = new Map<string, Tree>();
  const tracer = new Tracer();
  for (const tree of scope.trees) {
    if (!isFolder(tree.path)) {
      paths.add(tree.path);
      continue;
    }
    const real = realPath(tree.path);
    trees.set(real, tree);
    const found = await walk(tree, real);
    for (const path of found.paths) paths.add(path);
    const isLarge = found.branches.size > MANY_FOLDERS;
    if (isLarge) roots.add(real);
    for (const [path, stamp] of found.branches) {
      if (!isLarge) folders.add(path);
      branches.set(path, stamp);
    }
    // The tree itself may be a link, or be replaced.
    for (const entry of tracer.trace(tree.path).entries) {
      folders.add(dirname(entry));
      turnings.set(entry, describe(entry));
    }
  }
  const sorted = [...paths].sort();
  for (const path of sorted) {
    const { real, entries } = tracer.trace(path);
    for (const entry of entries) {
      folders.add(dirname(entry));
      const decides = entry !== real || inputs.has(entry);
      if (decides) turnings.set(entry, describe(entry));
    }
    if (real !== undefined) inputs.set(real, path);
  }
  return {
    paths: sorted,
    folders: identify(outside(folders, roots)),
    roots: identify(outermost(roots)),
    inputs,
    turnings,
    branches,
    trees,
  };
}

/** Whether to list again would find the same, as far as can be told without walking anywhere. */
export function isCurrent(listing: Listing): boolean {
  const { folders, roots, turnings, branches } = listing;
  return [folders, roots].every((before) =>
    sameFolders(identify(before.map(({ path }) => path)), before)
  ) &&
    [...turnings].every(([path, state]) => describe(path) === state) &&
    [...branches].every(([path, stamp]) => stampOf(path) === stamp);
}

/**
 * Whether something that has come at a real path may be an input, or hold one.
 * Below a root that is watched as a whole, events come from excluded folders too.
 */
export function mayBeNew(listing: Listing, path: string): boolean {
  return [...listing.trees].some(([real, tree]) => {
    if (!isWithin(path, real)) return false;
    const names = relative(real, path).split(/[/\\]/);
    return names.every((_, i) =>
      i === 0 || !tree.excludesFolder(`${names.slice(0, i).join("/")}/`)
    );
  });
}

/** The paths that are in none of the folders. */
function outside(paths: Iterable<string>, folders: Iterable<string>) {
  const all = [...folders];
  return [...paths].filter((path) =>
    !all.some((folder) => isWithin(path, folder))
  );
}

/** The folders that are in no other one. */
function outermost(folders: ReadonlySet<string>): string[] {
  return [...folders].filter((path) =>
    outside([path], folders.difference(new Set([path]))).length > 0
  );
}

/** Walks a tree. Links to folders are not followed, so there are no loops. */
async function walk(tree: Tree, real: string) {
  const paths: string[] = [];
  const branches = new Map<string, string>();
  const rest = [""];
  let seen = 0;
  for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
    // Before it is read: what comes in between shows in the next stamp.
    const branch = resolve(real, folder);
    branches.set(branch, stampOf(branch));
    for (const entry of readFolder(join(tree.path, folder))) {
      if (++seen % BATCH === 0) await new Promise((next) => setTimeout(next));
      const path = `${folder}${entry.name}${entry.isDirectory ? "/" : ""}`;
      if (tree.accepts(path, entry.isDirectory)) {
        paths.push(join(tree.path, `${folder}${entry.name}`));
      }
      if (entry.isDirectory && !tree.excludesFolder(path)) rest.push(path);
    }
  }
  return { paths, branches };
}

/** What stands at a path, as far as it decides where the way goes on. */
function describe(path: string): string {
  try {
    const info = Deno.lstatSync(path);
    if (info.isSymlink) return `-> ${Deno.readLinkSync(path)}`;
    return info.isDirectory ? "folder" : "file";
  } catch {
    return "missing";
  }
}

/** Differs after an entry of a folder came, went or was renamed. */
function stampOf(path: string): string {
  try {
    const { ino, mtime } = Deno.statSync(path);
    return `${ino}|${mtime?.getTime()}`;
  } catch {
    return "missing";
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

function readFolder(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return [];
  }
}
