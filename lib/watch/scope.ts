/**
 * What is to be watched, and what that is right now.
 *
 * @module
 */

import { dirname, join, resolve } from "@std/path";
import { type Folder, identify, Tracer } from "./folders.ts";

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
  /** The folders to watch. */
  readonly folders: readonly Folder[];
  /** For the real path of each input, the input. */
  readonly inputs: ReadonlyMap<string, string>;
  /**
   * Real paths that decide about more than the content of one input: links,
   * what is missing, and what several inputs lead to.
   */
  readonly turnings: ReadonlySet<string>;
}

/** After how many entries of a tree others get their turn. */
const BATCH = 2_000;

/** Finds out what a scope is now. A folder that cannot be read is one without files. */
export async function list(scope: Scope): Promise<Listing> {
  const paths = new Set(scope.files);
  const folders = new Set<string>();
  const inputs = new Map<string, string>();
  const turnings = new Set<string>();
  const tracer = new Tracer();
  for (const tree of scope.trees) {
    if (!isFolder(tree.path)) {
      paths.add(tree.path);
      continue;
    }
    const found = await walk(tree);
    for (const path of found.paths) paths.add(path);
    for (const path of found.folders) folders.add(path);
    // The tree itself may be a link, or be replaced.
    for (const entry of tracer.trace(tree.path).entries) {
      folders.add(dirname(entry));
      turnings.add(entry);
    }
  }
  const sorted = [...paths].sort();
  for (const path of sorted) {
    const { real, entries } = tracer.trace(path);
    for (const entry of entries) {
      folders.add(dirname(entry));
      if (entry !== real || inputs.has(entry)) turnings.add(entry);
    }
    if (real !== undefined) inputs.set(real, path);
  }
  return { paths: sorted, folders: identify(folders), inputs, turnings };
}

/** Walks a tree. Links to folders are not followed, so there are no loops. */
async function walk(tree: Tree) {
  const paths: string[] = [];
  const folders: string[] = [];
  const real = realPath(tree.path);
  const rest = [""];
  let seen = 0;
  for (let folder = rest.pop(); folder !== undefined; folder = rest.pop()) {
    folders.push(resolve(real, folder));
    for (const entry of readFolder(join(tree.path, folder))) {
      if (++seen % BATCH === 0) await new Promise((next) => setTimeout(next));
      const path = `${folder}${entry.name}${entry.isDirectory ? "/" : ""}`;
      if (tree.accepts(path, entry.isDirectory)) {
        paths.push(join(tree.path, `${folder}${entry.name}`));
      }
      if (entry.isDirectory && !tree.excludesFolder(path)) rest.push(path);
    }
  }
  return { paths, folders };
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
