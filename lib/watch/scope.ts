/**
 * What is to be watched, and what that is right now.
 *
 * @module
 */

import { isWithin } from "../system/paths.ts";
import {
  type Folder,
  identify,
  parentOf,
  sameFolders,
  Tracer,
} from "./folders.ts";
import {
  areCurrent,
  type Branches,
  type Stale,
  type Tree,
  walk,
  type Walked,
} from "./tree.ts";

/** What is to be watched. Paths are absolute. */
export interface Scope {
  /** Files known by their names, whether they are there or not. */
  readonly files: readonly string[];
  /** Folders in which files are inputs as they come and go. */
  readonly trees: readonly Tree[];
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
  /** The trees that are folders. */
  readonly trees: readonly Walked[];
  /** Whether the inputs in large trees are left out. */
  readonly isBrief: boolean;
}

/** Options for {@linkcode list}. */
export interface ListOptions {
  /** What the same scope was before: what has not changed since is not read again. */
  previous?: Listing | undefined;
  /**
   * Which folders of large trees that are watched may have changed; without
   * it, the stamp of each is compared.
   */
  stale?: Stale | undefined;
  /**
   * Watches a folder of a large tree, before it is looked at, and tells
   * whether it does. Without it, such a tree becomes a root.
   */
  watchBranch?: ((path: string) => boolean) | undefined;
  /** Whether to leave out the inputs in large trees, which takes long to find. */
  isBrief?: boolean;
}

/**
 * A tree with more folders than this is a large one. `Deno.watchFs` takes six
 * seconds for 55,000 folders one by one.
 */
const MANY_FOLDERS = 1_000;

/** Finds out what a scope is now. */
export async function list(
  scope: Scope,
  options: ListOptions = {},
): Promise<Listing> {
  const paths = new Set(scope.files);
  const folders = new Set<string>();
  const roots = new Set<string>();
  const inputs = new Map<string, string>();
  const turnings = new Map<string, string>();
  const trees: Walked[] = [];
  const tracer = new Tracer();
  /** The folders of large trees, which have watches of their own. */
  const watched: Branches[] = [];
  for (const tree of scope.trees) {
    if (!isFolder(tree.path)) {
      paths.add(tree.path);
      continue;
    }
    const walked = await walkWatched(tree, options);
    trees.push(walked);
    const { branches, real, isLarge } = walked;
    if (!isLarge) {
      for (const path of branches.keys()) folders.add(path);
    } else if (options.watchBranch) watched.push(branches);
    else roots.add(real);
    for (const { inputs } of branches.values()) {
      for (const input of inputs) paths.add(input);
    }
    // The tree itself may be a link, or be replaced.
    for (const entry of tracer.trace(tree.path).entries) {
      folders.add(parentOf(entry));
      turnings.set(entry, describe(entry));
    }
  }
  const sorted = [...paths].sort();
  for (const path of sorted) {
    const { real, entries } = tracer.trace(path);
    for (const entry of entries) {
      const folder = parentOf(entry);
      if (!watched.some((it) => it.has(folder))) folders.add(folder);
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
    trees,
    isBrief: options.isBrief === true && roots.size > 0,
  };
}

/** Walks a tree, and watches its folders on the way if they are many. */
async function walkWatched(
  tree: Tree,
  { previous, stale, watchBranch, isBrief = false }: ListOptions,
): Promise<Walked> {
  const real = realPath(tree.path);
  const last = previous?.trees.find((it) =>
    it.tree === tree && it.real === real
  );
  const before = last?.branches;
  const wasLarge = last?.isLarge === true;
  if (!wasLarge) {
    const few = { previous: before, most: MANY_FOLDERS };
    const branches = await walk(tree, real, few);
    if (branches) return { tree, real, branches, isLarge: false };
    if (isBrief) return { tree, real, branches: new Map(), isLarge: true };
  }
  const branches = await walk(tree, real, {
    previous: before,
    stale: wasLarge && watchBranch ? stale : undefined,
    onFolder: watchBranch,
  });
  const isLarge = (branches?.size ?? 0) > MANY_FOLDERS;
  return { tree, real, branches: branches ?? new Map(), isLarge };
}

/**
 * Whether to list again would find the same, as far as can be told without
 * walking anywhere.
 *
 * @param hasEvents Whether there were events of all folders since it was listed.
 */
export function isCurrent(listing: Listing, hasEvents: boolean): boolean {
  const { folders, roots, turnings, trees } = listing;
  return [folders, roots].every((before) =>
    sameFolders(identify(before.map(({ path }) => path)), before)
  ) &&
    [...turnings].every(([path, state]) => describe(path) === state) &&
    trees.every(({ branches }) => areCurrent(branches, hasEvents));
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
