/**
 * Files, as they are read: and again only if a stat shows that they may have
 * changed.
 *
 * @module
 */

import { causeOf, ifPossible, isShortage } from "../errors.ts";

/** The state of a file. */
export interface FileState {
  /** Equal for equal content; {@linkcode MISSING} if nothing is there. */
  readonly digest: string;
  /** Why it has no content, as the end of a sentence: `it is missing`. */
  readonly problem?: string;
}

/** The digest of a file that is not there. */
export const MISSING = "missing";

/** What was read at a path. */
export interface Known {
  /** Differs after a change, as far as a stat shows. */
  readonly fingerprint: string;
  /** Whether there may be a change that it does not show. */
  readonly isRacy: boolean;
}

/** A file, as it was read. */
export interface KnownFile extends Known {
  readonly state: FileState;
  /** Only if it was asked for. */
  readonly content?: Uint8Array<ArrayBuffer>;
}

/** The result of a stat. */
export type Stat = Deno.FileInfo | Error;

const MB = 1024 * 1024;
/** A file larger than this is known by its fingerprint alone. */
const MAX_READ_MB = 16;
/** One whose content is asked for, and that is larger than this, is a fault: to parse it takes many times its size. */
const MAX_KEPT_MB = 64;

/**
 * For how long after a change the next one may give the same fingerprint, in
 * milliseconds: Deno gives ctime in whole seconds, some file systems count in
 * steps of two.
 */
const RACY_MS = 2_500;

/** Returns the information about what is at a path, or why there is none. */
export function statOf(path: string): Stat {
  try {
    return Deno.statSync(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Returns what is known of a path that is read after a stat: a change meanwhile gives another fingerprint. */
export function stampOf(stat: Stat): Known {
  const times = stat instanceof Error ? [] : [stat.mtime, stat.ctime];
  const now = Date.now();
  return {
    fingerprint: fingerprintOf(stat),
    isRacy: times.some((it) => it && Math.abs(now - it.getTime()) < RACY_MS),
  };
}

/** Returns whether what was read at a path is still there, by a new stat. */
export function isUnchanged(known: Known, stat: Stat): boolean {
  return !known.isRacy && known.fingerprint === fingerprintOf(stat);
}

/**
 * Reads a file.
 *
 * @param stat Made before.
 * @param keepsContent Whether the content is asked for.
 * @throws If the system has nothing left for us, such as descriptors.
 */
export async function readFile(
  path: string,
  stat = statOf(path),
  keepsContent = false,
): Promise<KnownFile> {
  const base = stampOf(stat);
  if (stat instanceof Error) return { ...base, state: stateOfError(stat) };
  const { isFile, isDirectory, isFifo, isSocket, size } = stat;
  if (isDirectory) {
    return { ...base, state: { digest: "folder", problem: "it is a folder" } };
  }
  if (!isFile) {
    // To open a pipe can take for ever.
    const kind = isFifo ? "pipe" : isSocket ? "socket" : "device";
    const problem = `a ${kind} cannot be watched`;
    return { ...base, state: { digest: kind, problem } };
  }
  if (size > (keepsContent ? MAX_KEPT_MB : MAX_READ_MB) * MB) {
    const problem = `it is larger than ${MAX_KEPT_MB} MB`;
    const digest = base.fingerprint;
    return { ...base, state: { digest, ...keepsContent && { problem } } };
  }
  try {
    const content = Deno.readFileSync(path);
    const state = { digest: await sha256(content) };
    return { ...base, state, ...keepsContent && { content } };
  } catch (error) {
    if (isShortage(error)) throw error;
    return { ...base, isRacy: true, state: stateOfError(error) };
  }
}

/** Computes a SHA-256, in hexadecimal. */
export async function sha256(
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
}

/** The files that our standard output and standard error go to, as in `krakend-watch run > gateway.log`. */
const OWN_OUTPUT = ["/dev/fd/1", "/dev/fd/2"].map((path) =>
  ifPossible(() => Deno.statSync(path))
)
  .filter((info) => info?.isFile);

/** Returns whether a file, at whatever path, is one that our own output goes to. */
export function isOwnOutput(stat: Stat): boolean {
  return !(stat instanceof Error) &&
    OWN_OUTPUT.some((it) => it?.dev === stat.dev && it.ino === stat.ino);
}

/**
 * Returns the identity of a file or a folder. The birth time is part of it as
 * file systems give an inode number again at once.
 */
export function identityOf({ dev, ino, birthtime }: Deno.FileInfo): string {
  return `${dev}:${ino}:${birthtime?.getTime()}`;
}

function fingerprintOf(stat: Stat): string {
  if (stat instanceof Error) return stat.name;
  const { dev, ino, size, mode, mtime, ctime } = stat;
  return [dev, ino, size, mode, mtime?.getTime(), ctime?.getTime()].join(":");
}

function stateOfError(error: unknown): FileState {
  const isMissing = error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
  if (isMissing) return { digest: MISSING, problem: "it is missing" };
  const problem = error instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : causeOf(error);
  return { digest: problem, problem };
}
