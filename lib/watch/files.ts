/**
 * Reads files, and again only if they may have changed.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import { infoOf, parentOf } from "./paths.ts";
import { type FileState, sha256 } from "./snapshot.ts";

/** A file or folder, as it was last read. */
interface Known {
  /** Differs when it was changed, as far as a stat shows. */
  readonly fingerprint: string;
  /** When that was first seen, by performance.now(). */
  readonly since: number;
  readonly state?: FileState | undefined;
}

/** A file larger than this is known by its fingerprint alone. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/**
 * How long content can change without another fingerprint, in milliseconds:
 * Deno gives ctime in whole seconds, some file systems count in steps of two.
 * Measured from when a fingerprint was first seen, as the clock that stamps
 * files may be wrong.
 */
const RACY_MS = 2_500;

/** Knows the states of files, and the fingerprints of these and of folders. */
export class Files {
  readonly #known = new Map<string, Known>();
  readonly #young = new Set<string>();
  readonly #configFile: string | undefined;
  /** The content of the configuration file, as it was last read. */
  config: Uint8Array<ArrayBuffer> | undefined;

  constructor(configFile?: string) {
    this.#configFile = configFile;
  }

  get size(): number {
    return this.#known.size;
  }

  /** All paths, and those that come while they are iterated over. */
  paths(): MapIterator<string> {
    return this.#known.keys();
  }

  /** The paths that may have changed although they have the same fingerprint. */
  young(): SetIterator<string> {
    return this.#young.keys();
  }

  isYoung(path: string): boolean {
    return this.#young.has(path);
  }

  /** The state of a file when it was last read. */
  stateOf(path: string): FileState | undefined {
    return this.#known.get(path)?.state;
  }

  /** Returns whether a path still has its fingerprint. Takes 3 µs. */
  isSame(path: string): boolean {
    return this.#known.get(path)?.fingerprint === fingerprintOf(statOf(path));
  }

  /** Forgets the paths for which `isNeeded` returns false. */
  retain(isNeeded: (path: string) => boolean): void {
    for (const path of this.#known.keys()) {
      if (isNeeded(path)) continue;
      this.#known.delete(path);
      this.#young.delete(path);
    }
  }

  /** Takes the fingerprint of a path before it is read: a change after that gives another one. */
  stamp(path: string): Deno.FileInfo | Error {
    const info = statOf(path);
    const fingerprint = fingerprintOf(info);
    const now = performance.now();
    const before = this.#known.get(path);
    const since = before?.fingerprint === fingerprint ? before.since : now;
    this.#known.set(path, { ...before, fingerprint, since });
    if (now - since < RACY_MS) this.#young.add(path);
    else this.#young.delete(path);
    return info;
  }

  /**
   * Reads a file. Our own output has no state: a log in a watched folder is no input.
   *
   * @returns Whether its state has changed.
   */
  async read(path: string): Promise<boolean> {
    const isConfig = path === this.#configFile;
    const { state, content } = await readState(
      this.stamp(path),
      path,
      isConfig,
    );
    if (isConfig) this.config = content;
    const known = this.#known.get(path);
    if (!known || known.state?.digest === state?.digest) return false;
    this.#known.set(path, { ...known, state });
    return true;
  }
}

async function readState(
  info: Deno.FileInfo | Error,
  path: string,
  isConfig: boolean,
): Promise<{ state?: FileState; content?: Uint8Array<ArrayBuffer> }> {
  if (info instanceof Error) return { state: stateOfError(info) };
  const { size, isFile, isDirectory, isFifo, isSocket } = info;
  if (isDirectory) {
    const problem = "it is a folder";
    return { state: { digest: "folder", kind: "folder", size, problem } };
  }
  if (!isFile) {
    // To open a pipe can take for ever.
    const kind = isFifo ? "pipe" : isSocket ? "socket" : "device";
    const problem = `a ${kind} cannot be watched`;
    return { state: { digest: "special", kind: "special", size, problem } };
  }
  if (isOwnOutput(info)) return {};
  if (size > MAX_READ_BYTES && !isConfig) {
    return { state: { digest: fingerprintOf(info), kind: "file", size } };
  }
  try {
    const content = Deno.readFileSync(path);
    const digest = await sha256(content);
    return { state: { digest, kind: "file", size: content.length }, content };
  } catch (error) {
    return { state: stateOfError(error) };
  }
}

function stateOfError(error: unknown): FileState {
  const isMissing = error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
  const kind = isMissing ? "missing" : "unreadable";
  const problem = isMissing
    ? "it is missing"
    : error instanceof Deno.errors.PermissionDenied
    ? "permission denied"
    : messageOf(error).replace(/ \(os error.*/s, "");
  return { digest: isMissing ? kind : problem, kind, size: 0, problem };
}

function statOf(path: string): Deno.FileInfo | Error {
  try {
    return Deno.statSync(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function fingerprintOf(info: Deno.FileInfo | Error): string {
  if (info instanceof Error) return info.name;
  const { dev, ino, size, mode, mtime, ctime } = info;
  return [dev, ino, size, mode, mtime?.getTime(), ctime?.getTime()].join(":");
}

/** The files that our standard output and standard error go to, as in `krakend-watch run > gateway.log`. */
const OWN_OUTPUT = ["/dev/fd/1", "/dev/fd/2"].flatMap((path) => {
  const info = infoOf(path);
  return info?.isFile ? [{ path, dev: info.dev, ino: info.ino }] : [];
});

/** Returns whether a file, at whatever path, is one that our own output goes to. */
export function isOwnOutput({ dev, ino }: Deno.FileInfo): boolean {
  return OWN_OUTPUT.some((file) => file.dev === dev && file.ino === ino);
}

/** Returns the folders of the files that our own output goes to (Linux). */
export function ownOutputFolders(): string[] {
  return OWN_OUTPUT.flatMap(({ path }) => {
    try {
      return [parentOf(Deno.readLinkSync(path))];
    } catch {
      return [];
    }
  });
}
