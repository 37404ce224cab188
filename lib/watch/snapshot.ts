/**
 * Inputs, and snapshots: the state of all of them at one moment.
 *
 * @module
 */

/** A file that is watched, or those files of a folder that its tree accepts. */
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
  /** Whether it is listed in the background. Its first listing is the baseline, and no change. */
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

/** Returns what of a path counts: of one in the baseline, only that it differs from it. */
function countedDigest(
  { files, baseline }: Pick<Snapshot, "files" | "baseline">,
  path: string,
): string | undefined {
  const digest = files.get(path)?.digest;
  const first = baseline.get(path);
  return digest === first ? undefined : digest ?? "missing";
}

/** Computes a SHA-256, in hexadecimal. */
export async function sha256(
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
}
