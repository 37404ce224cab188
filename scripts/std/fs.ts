/**
 * A stand-in for `@std/fs`, which npm does not have, for networks without JSR.
 *
 * It rests on Deno's own functions, so that errors are the same as with the
 * genuine one (`Deno.errors.NotFound`).
 *
 * @module
 */

import { basename, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** Options for {@linkcode exists}. */
export interface ExistsOptions {
  /** Only a folder counts. */
  isDirectory?: boolean;
  /** Only a file counts. */
  isFile?: boolean;
}

/** Options for {@linkcode walk}. */
export interface WalkOptions {
  /** How many folders deep to go; 0 is the root alone. */
  maxDepth?: number;
  /** Whether files are yielded; they are by default. */
  includeFiles?: boolean;
  /** Whether folders, the root among them, are yielded; they are by default. */
  includeDirs?: boolean;
  /** Yields only paths that end so. */
  exts?: string[];
  /** Leaves out paths that match, with all that is below them. */
  skip?: RegExp[];
}

/** What {@linkcode walk} came by. */
export interface WalkEntry extends Deno.DirEntry {
  /** The path, which begins with the root as it was given. */
  path: string;
}

/**
 * Makes a folder, and those above it, unless it is there.
 *
 * @throws {Error} If something else is there.
 */
export async function ensureDir(dir: string | URL): Promise<void> {
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Error(`Cannot make the folder "${dir}": a file is in its place`, {
      cause: error,
    });
  }
}

/**
 * Says whether something is at a path. Links are followed.
 *
 * @throws {TypeError} If it is asked to be a folder and a file.
 */
export async function exists(
  path: string | URL,
  options: ExistsOptions = {},
): Promise<boolean> {
  const { isDirectory = false, isFile = false } = options;
  if (isDirectory && isFile) {
    throw new TypeError(
      "Cannot look for a path that is both: set isDirectory or isFile",
    );
  }
  try {
    const info = await Deno.stat(path);
    return (!isDirectory || info.isDirectory) && (!isFile || info.isFile);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    // What may not be looked at is there all the same.
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

/**
 * Yields what is in a folder, the folder itself first. Links are yielded, not followed.
 *
 * @throws {Deno.errors.NotFound} If the folder is not there.
 */
export async function* walk(
  root: string | URL,
  options: WalkOptions = {},
): AsyncIterableIterator<WalkEntry> {
  const { maxDepth = Infinity, includeFiles = true, includeDirs = true } =
    options;
  const folder = root instanceof URL ? fileURLToPath(root) : root;
  if (maxDepth < 0 || isSkipped(folder, options)) return;
  if (includeDirs && hasExtension(folder, options)) {
    const { isFile, isDirectory, isSymlink } = await Deno.stat(folder);
    const path = normalize(folder);
    yield { path, name: basename(path), isFile, isDirectory, isSymlink };
  }
  if (maxDepth < 1) return;
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      yield* walk(path, { ...options, maxDepth: maxDepth - 1 });
    } else if (
      (includeFiles || entry.isSymlink) && hasExtension(path, options) &&
      !isSkipped(path, options)
    ) {
      yield { path, ...entry };
    }
  }
}

function hasExtension(path: string, { exts }: WalkOptions): boolean {
  return exts?.some((ext) =>
    path.endsWith(ext.startsWith(".") ? ext : `.${ext}`)
  ) ?? true;
}

function isSkipped(path: string, { skip }: WalkOptions): boolean {
  // `test` would remember where a global pattern last matched.
  return skip?.some((pattern) => path.match(pattern) !== null) ?? false;
}
