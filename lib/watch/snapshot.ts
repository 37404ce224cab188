/**
 * Snapshots: the state of all inputs at one moment, and what it takes to read
 * a file again only when it may have changed.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import { isOwnOutput } from "./own_output.ts";

/** What is watched: a file, or those files of a folder that its tree accepts. */
export interface Input {
  /** Absolute and normalised; links in it are not resolved. */
  readonly path: string;
  /** Why it is an input, such as `tls.private_key` or `--watch conf`. */
  readonly why: string;
  /** Makes a folder of it. A file at its path counts itself, and so does a path at which nothing is. */
  readonly tree?: Tree;
}

/** Which files of a folder, and of the folders in it, count. Paths are relative to it, with "/" between names. */
export interface Tree {
  /** Two trees with the same path and key are the same. */
  readonly key: string;
  /** Returns whether a file or a folder counts. */
  accepts(path: string, isDirectory: boolean): boolean;
  /** Returns whether nothing below a folder counts. */
  excludesFolder(path: string): boolean;
  /** Whether it is listed in the background. What its first listing finds is the baseline, and no change. */
  readonly isLazy: boolean;
}

/** The state of a file. */
export interface FileState {
  /** Equal for equal content. */
  readonly digest: string;
  readonly kind: "file" | "missing" | "folder" | "special" | "unreadable";
  /** In bytes. */
  readonly size: number;
  /** Why it has no content, as the end of a sentence: `it is missing`. */
  readonly problem?: string;
}

/** The state of all inputs. Two with the same digest are the same. */
export interface Snapshot {
  readonly digest: string;
  readonly inputs: readonly Input[];
  /** The files that the inputs stand for, by path, in order. */
  readonly files: ReadonlyMap<string, FileState>;
  /** The digests that files only lazy trees accept had when they were first listed. */
  readonly baseline: ReadonlyMap<string, string>;
  /** The content of the configuration file; undefined if it cannot be read. */
  readonly config: Uint8Array<ArrayBuffer> | undefined;
  /** Whether all lazy trees are listed. */
  readonly isComplete: boolean;
}

/** Returns the paths that have changed between two snapshots, that came and that went, in order. */
export function changedPaths(
  before: Snapshot | undefined,
  after: Snapshot,
): string[] {
  const paths = new Set<string>();
  for (const snapshot of [before, after]) {
    for (const path of snapshot?.files.keys() ?? []) paths.add(path);
    for (const path of snapshot?.baseline.keys() ?? []) paths.add(path);
  }
  return [...paths]
    .filter((path) =>
      (before && countedDigest(before, path)) !== countedDigest(after, path)
    )
    .sort();
}

/** Computes the digest of a snapshot. */
export async function digestOf(
  snapshot: Pick<Snapshot, "files" | "baseline">,
): Promise<string> {
  const { files, baseline } = snapshot;
  const gone = [...baseline.keys()].filter((path) => !files.has(path)).sort();
  const lines: string[] = [];
  for (const paths of [files.keys(), gone]) {
    for (const path of paths) {
      const digest = countedDigest(snapshot, path);
      if (digest !== undefined) lines.push(`${path}\0${digest}`);
    }
  }
  return await sha256(new TextEncoder().encode(lines.join("\0")));
}

/** What counts of a path: of one in the baseline, only that it differs from it. */
function countedDigest(
  { files, baseline }: Pick<Snapshot, "files" | "baseline">,
  path: string,
): string | undefined {
  const digest = files.get(path)?.digest;
  const first = baseline.get(path);
  return digest === first ? undefined : digest ?? MISSING.digest;
}

const MISSING: FileState = {
  digest: "missing",
  kind: "missing",
  size: 0,
  problem: "it is missing",
};

/** A file larger than this is known by its fingerprint, and not read. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** Knows the states of files. */
export class FileStates {
  readonly #stamps: Stamps;
  readonly #configFile: string | undefined;
  readonly #states = new Map<string, FileState>();
  /** The content of the configuration file, as it was last read. */
  config: Uint8Array<ArrayBuffer> | undefined;

  constructor(stamps: Stamps, configFile: string | undefined) {
    this.#stamps = stamps;
    this.#configFile = configFile;
  }

  get(path: string): FileState | undefined {
    return this.#states.get(path);
  }

  /** Forgets all but these files. */
  retain(paths: ReadonlyMap<string, unknown>): void {
    for (const path of this.#states.keys()) {
      if (!paths.has(path)) this.#states.delete(path);
    }
  }

  /**
   * Reads a file. Our own output has no state, so that a log in a watched
   * folder is no input.
   *
   * @returns Whether its state differs from the one before.
   */
  async read(path: string): Promise<boolean> {
    const before = this.#states.get(path);
    const { state, content } = await this.#read(path);
    if (path === this.#configFile) this.config = content;
    if (state?.digest === before?.digest) return false;
    if (state) this.#states.set(path, state);
    else this.#states.delete(path);
    return true;
  }

  async #read(path: string): Promise<
    { state?: FileState; content?: Uint8Array<ArrayBuffer> }
  > {
    try {
      // The fingerprint comes first: a change after it differs from it.
      const info = this.#stamps.take(path);
      const { size, isFile, isDirectory } = info;
      if (isDirectory) {
        const problem = "it is a folder";
        return { state: { digest: "folder", kind: "folder", size, problem } };
      }
      if (!isFile) {
        // To open a pipe can take for ever.
        const problem = `a ${kindOf(info)} cannot be watched`;
        return { state: { digest: "special", kind: "special", size, problem } };
      }
      if (isOwnOutput(info)) return {};
      if (size > MAX_READ_BYTES && path !== this.#configFile) {
        return { state: { digest: fingerprintOf(info), kind: "file", size } };
      }
      const content = Deno.readFileSync(path);
      const digest = await sha256(content);
      return { state: { digest, kind: "file", size: content.length }, content };
    } catch (error) {
      return { state: stateOfError(error) };
    }
  }
}

/** A fingerprint, with the times at which it was first seen and last read under, by performance.now(). */
interface Stamp {
  readonly fingerprint: string;
  readonly since: number;
  readonly readAt: number;
}

/**
 * How long a fingerprint can stay the same although the content changes, in
 * milliseconds: Deno gives ctime in whole seconds, and some file systems count
 * in steps of two. Measured from when the fingerprint was first seen, as the
 * clock that files are stamped with may be wrong.
 */
const RACY_MS = 2_500;

/** Remembers the fingerprints under which files and folders were read. */
export class Stamps {
  readonly #stamps = new Map<string, Stamp>();

  get size(): number {
    return this.#stamps.size;
  }

  /** Iterates over all paths, also those that come while it does. */
  paths(): MapIterator<string> {
    return this.#stamps.keys();
  }

  /**
   * Takes the fingerprint of what is about to be read.
   *
   * @throws {Error} If there is nothing, or it is not accessible; that is remembered too.
   */
  take(path: string): Deno.FileInfo {
    const readAt = performance.now();
    const set = (fingerprint: string) => {
      const before = this.#stamps.get(path);
      const since = before?.fingerprint === fingerprint ? before.since : readAt;
      this.#stamps.set(path, { fingerprint, since, readAt });
    };
    try {
      const info = Deno.statSync(path);
      set(fingerprintOf(info));
      return info;
    } catch (error) {
      set(nameOf(error));
      throw error;
    }
  }

  /** Returns whether a path has the fingerprint under which it was read. Costs 3 µs. */
  isSame(path: string): boolean {
    const fingerprint = this.#stamps.get(path)?.fingerprint;
    try {
      return fingerprint === fingerprintOf(Deno.statSync(path));
    } catch (error) {
      return fingerprint === nameOf(error);
    }
  }

  /** Returns whether the content must be the same as long as the fingerprint is. */
  isTrusted(path: string): boolean {
    const stamp = this.#stamps.get(path);
    return stamp !== undefined && stamp.readAt - stamp.since >= RACY_MS;
  }

  /** Forgets the paths of which `isNeeded` returns false. */
  retain(isNeeded: (path: string) => boolean): void {
    for (const path of this.#stamps.keys()) {
      if (!isNeeded(path)) this.#stamps.delete(path);
    }
  }
}

function fingerprintOf(info: Deno.FileInfo): string {
  const { dev, ino, size, mode, mtime, ctime } = info;
  return `${dev}:${ino}:${size}:${mode}:${mtime?.getTime()}:${ctime?.getTime()}`;
}

function kindOf(info: Deno.FileInfo): string {
  return info.isFifo ? "pipe" : info.isSocket ? "socket" : "device";
}

function stateOfError(error: unknown): FileState {
  if (
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory
  ) return MISSING;
  const problem = error instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : messageOf(error).replace(/ \(os error.*/s, "");
  return { digest: problem, kind: "unreadable", size: 0, problem };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
}
