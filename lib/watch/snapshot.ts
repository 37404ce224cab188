/**
 * What the watched files hold, at one moment: the truth that events only hint at.
 *
 * @module
 */

import { messageOf } from "../errors.ts";

/** What stands at one path. Two states are the same content exactly if their `content` is equal. */
export interface FileState {
  /** The content's hash, or why there is none, as `it is missing` or `it is a folder`. */
  readonly content: string;
  /** What tells cheaply that the file was not touched since it was read. */
  readonly fingerprint: string;
  /** Whether it is a file without any content, as it is for a moment when it is written anew. */
  readonly isEmpty: boolean;
  /** Whether the next look must read the file even if its fingerprint is the same. */
  readonly racy: boolean;
}

/** The state of all inputs. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, FileState>;
  /** Equal in two snapshots exactly if the content of every input is. */
  readonly digest: string;
}

/**
 * How long after a change a second one may carry the same time stamps, in
 * milliseconds. Deno gives ctime in whole seconds, some file systems give
 * mtime in steps of two.
 */
const RACY_MS = 2_500;

/**
 * Looks at the files. Reads only those whose fingerprint differs from the previous look's.
 *
 * @param paths The files, absolute.
 * @param previous The last look at the same files.
 */
export async function takeSnapshot(
  paths: readonly string[],
  previous?: Snapshot,
): Promise<Snapshot> {
  const states = await Promise.all(
    paths.map((path) => lookAt(path, previous?.files.get(path))),
  );
  return {
    files: new Map(paths.map((path, i) => [path, states[i] as FileState])),
    digest: states.map(({ content }) => content).join("\n"),
  };
}

/** Whether a file can be read at this state, or else why not. */
export function faultOf({ content }: FileState): string | undefined {
  return content.startsWith("sha256:") ? undefined : content;
}

async function lookAt(path: string, previous?: FileState): Promise<FileState> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) return withoutContent("it is a folder");
    if (!info.isFile) return withoutContent("it is not a file");
    const fingerprint = [
      await Deno.realPath(path),
      info.dev,
      info.ino,
      info.size,
      info.mtime?.getTime(),
      info.ctime?.getTime(),
    ].join("|");
    if (previous?.fingerprint === fingerprint && !previous.racy) {
      return previous;
    }
    const content = await hash(await Deno.readFile(path));
    return {
      content,
      fingerprint,
      isEmpty: info.size === 0,
      racy: isRacy(info, Date.now()),
    };
  } catch (error) {
    return withoutContent(reasonOf(error));
  }
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
  return { content: reason, fingerprint: "", isEmpty: false, racy: false };
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it is missing";
  if (error instanceof Deno.errors.NotADirectory) return "it is missing";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "it cannot be read (permission denied)";
  }
  return `it cannot be read (${messageOf(error)})`;
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256:${new Uint8Array(digest).toHex()}`;
}
