/**
 * What the watched files hold, at one moment: the truth that events only hint at.
 *
 * @module
 */

import { hash } from "node:crypto";
import { messageOf } from "../errors.ts";
import { isLocked } from "../system/file_lock.ts";

/** What stands at one path. Two states are the same content exactly if their `content` is equal. */
export interface FileState {
  /** The content's hash, or why there is none, as `it is missing` or `it is a folder`. */
  readonly content: string;
  /** What tells cheaply that the file was not touched since it was read. */
  readonly fingerprint: Fingerprint | undefined;
  /** Whether it is a file without any content, as it is for a moment when it is written anew. */
  readonly isEmpty: boolean;
  /** Whether the next look must read the file even if its fingerprint is the same. */
  readonly racy: boolean;
}

/** Numbers that differ when another file stands there, or the same one was touched. */
interface Fingerprint {
  readonly dev: number;
  readonly ino: number | null;
  readonly size: number;
  readonly mtime: number | undefined;
  readonly ctime: number | undefined;
}

/** The state of all inputs. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, FileState>;
  /** Equal in two snapshots exactly if the inputs are, and the content of each. */
  readonly digest: string;
}

/** Options for {@linkcode takeSnapshot}. */
export interface SnapshotOptions {
  /** The last look. What was not touched since is not read again. */
  previous?: Snapshot | undefined;
  /** Look only at these paths, and take the others as they were. */
  only?: ReadonlySet<string> | undefined;
}

/**
 * How long after a change a second one may carry the same time stamps, in
 * milliseconds. Deno gives ctime in whole seconds, some file systems give
 * mtime in steps of two.
 */
const RACY_MS = 2_500;

const MISSING = "it is missing";

/** After how many files others get their turn. */
const BATCH = 500;

/**
 * Looks at the files. Reads only those that were touched.
 *
 * @param paths The files, absolute.
 * @returns The previous look itself if nothing has changed since.
 */
export async function takeSnapshot(
  paths: readonly string[],
  options: SnapshotOptions = {},
): Promise<Snapshot> {
  const { previous, only } = options;
  const isSameSet = previous?.files.size === paths.length &&
    paths.every((path) => previous.files.has(path));
  const changed = new Map<string, FileState>();
  let looked = 0;
  for (const path of only && isSameSet ? only : paths) {
    const before = previous?.files.get(path);
    if (only && before && !only.has(path)) continue;
    if (++looked % BATCH === 0) await new Promise((next) => setTimeout(next));
    const state = lookAt(path, before);
    if (state !== before) changed.set(path, state);
  }
  return previous && isSameSet
    ? update(previous, changed)
    : assemble(paths, changed, previous);
}

/** Why a file cannot be read at this state; undefined if it can. */
export function faultOf({ content }: FileState): string | undefined {
  return content.startsWith("sha256:") ? undefined : content;
}

/** Whether nothing stands at the path. */
export function isMissing({ content }: FileState): boolean {
  return content === MISSING;
}

/** The paths at which two looks found different content, in order. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.files.keys(), ...after.files.keys()]);
  return [...paths].filter((path) =>
    before.files.get(path)?.content !== after.files.get(path)?.content
  ).sort();
}

/** The same inputs, some of which have changed. */
function update(
  previous: Snapshot,
  changed: ReadonlyMap<string, FileState>,
): Snapshot {
  if (changed.size === 0) return previous;
  const files = new Map(previous.files);
  let sum = sumOf(previous.digest);
  for (const [path, state] of changed) {
    const before = files.get(path);
    if (before?.content !== state.content) {
      sum += hashOf(path, state) - (before ? hashOf(path, before) : 0n);
    }
    files.set(path, state);
  }
  return { files, digest: digestOf(sum) };
}

function assemble(
  paths: readonly string[],
  changed: ReadonlyMap<string, FileState>,
  previous: Snapshot | undefined,
): Snapshot {
  const files = new Map<string, FileState>();
  let sum = 0n;
  for (const path of paths) {
    const state = changed.get(path) ?? previous?.files.get(path);
    if (!state) continue;
    files.set(path, state);
    sum += hashOf(path, state);
  }
  return { files, digest: digestOf(sum) };
}

/** The state of a path: the old one itself if nothing was touched. */
function lookAt(path: string, before?: FileState): FileState {
  let state: FileState;
  try {
    const info = Deno.statSync(path);
    if (info.isFile) {
      const isUntouched = before?.fingerprint && !before.racy &&
        isSame(before.fingerprint, info);
      // First the stamps, then the content: a change in between shows in the next look.
      return isUntouched ? before : read(path, info);
    }
    state = withoutContent(
      info.isDirectory ? "it is a folder" : "it is not a file",
    );
  } catch (error) {
    // Who saves it has not finished: the next look reads it, as its stamps differ.
    if (before && isLocked(error)) return before;
    state = withoutContent(reasonOf(error));
  }
  return before?.content === state.content ? before : state;
}

/** Files are small and many: to read them one by one costs a tenth of asking for all at once. */
function read(path: string, info: Deno.FileInfo): FileState {
  const bytes = Deno.readFileSync(path);
  return {
    content: `sha256:${hash("sha256", bytes, "hex")}`,
    fingerprint: fingerprintOf(info),
    isEmpty: bytes.length === 0,
    racy: isRacy(info, Date.now()),
  };
}

function fingerprintOf(info: Deno.FileInfo): Fingerprint {
  const { dev, ino, size } = info;
  return {
    dev,
    ino,
    size,
    mtime: info.mtime?.getTime(),
    ctime: info.ctime?.getTime(),
  };
}

function isSame(a: Fingerprint, b: Deno.FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size &&
    a.mtime === b.mtime?.getTime() && a.ctime === b.ctime?.getTime();
}

/** Whether a change that comes now could leave the time stamps as they are. */
function isRacy(info: Deno.FileInfo, now: number): boolean {
  const touched = Math.max(
    info.mtime?.getTime() ?? now,
    info.ctime?.getTime() ?? now,
  );
  // A time in the future, after the clock was set back, says nothing either.
  return touched > now - RACY_MS;
}

function withoutContent(reason: string): FileState {
  return {
    content: reason,
    fingerprint: undefined,
    isEmpty: false,
    racy: false,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return MISSING;
  if (error instanceof Deno.errors.NotADirectory) return MISSING;
  if (error instanceof Deno.errors.PermissionDenied) {
    return "it cannot be read (permission denied)";
  }
  return `it cannot be read (${messageOf(error)})`;
}

/** A state at a path, as a number. */
function hashOf(path: string, { content }: FileState): bigint {
  return sumOf(hash("sha256", `${path}\0${content}`, "hex"));
}

function sumOf(digest: string): bigint {
  return BigInt(`0x${digest}`);
}

/**
 * A digest is the sum of the hashes of all: so a change of one among many
 * costs no look at the others.
 */
function digestOf(sum: bigint): string {
  return BigInt.asUintN(256, sum).toString(16).padStart(64, "0");
}
