/**
 * Snapshots: the state of all inputs at one moment.
 *
 * @module
 */

import { join } from "@std/path/posix";
import {
  type FileState,
  isOwnOutput,
  isUnchanged,
  type Known,
  type KnownFile,
  MISSING,
  readFile,
  sha256,
  stampOf,
  statOf,
} from "./files.ts";
import { attempt, relativeTo } from "./paths.ts";

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

/** The state of all inputs. Two with the same digest are the same. */
export interface Snapshot {
  readonly digest: string;
  readonly inputs: readonly Input[];
  /** The files that the inputs stand for, by path. */
  readonly files: ReadonlyMap<string, FileState>;
  /** The digests that count, by path: not those of files that only lazy trees accept and that are as they were when listed. */
  readonly digests: ReadonlyMap<string, string>;
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
  const paths = new Set(after.digests.keys());
  for (const path of before?.digests.keys() ?? []) paths.add(path);
  return [...paths]
    .filter((path) => before?.digests.get(path) !== after.digests.get(path))
    .sort();
}

/** Options for {@linkcode Camera}. */
export interface CameraOptions {
  /** The input whose content snapshots carry. */
  readonly configFile?: string | undefined;
  /** Returns whether neither a path nor anything in it ever counts in a tree. */
  readonly ignored?: ((path: string) => boolean) | undefined;
  /** Ends what is under way, with an exception. */
  readonly signal?: AbortSignal | undefined;
}

/** Takes snapshots. */
export class Camera {
  readonly #options: CameraOptions;
  /** What is known of the inputs of the latest snapshot, in order. */
  members: readonly Member[] = [];
  #latest: Snapshot | undefined;
  /** Whether a file differs from the latest snapshot. */
  #isChanged = false;

  constructor(options: CameraOptions = {}) {
    this.#options = options;
  }

  /** Whether the latest snapshot took more than stats: then links may lead elsewhere, and folders be others. */
  get hasRead(): boolean {
    return this.members.some(({ hasRead }) => hasRead);
  }

  /** The number of files and folders that a snapshot compares. */
  get size(): number {
    return this.members.reduce(
      (sum, { files, folders }) => sum + files.size + folders.size,
      0,
    );
  }

  /**
   * Takes a snapshot. If nothing has changed, that is the latest one.
   *
   * @param inputs Lazy trees among them count once they are listed.
   */
  async take(inputs: readonly Input[]): Promise<Snapshot> {
    const latest = this.#latest;
    if (inputs !== latest?.inputs) this.#setMembers(inputs);
    for (const member of this.members) {
      if (member.isListed && await member.refresh()) this.#isChanged = true;
    }
    const listed = this.members.filter(({ isListed }) => isListed);
    const isComplete = listed.length === this.members.length;
    const isSame = !this.#isChanged && inputs === latest?.inputs &&
      isComplete === latest.isComplete;
    if (isSame) return latest;
    this.#latest = { ...await combine(listed), inputs, isComplete };
    this.#isChanged = false;
    return this.#latest;
  }

  /** Lists the lazy trees that are not. Snapshots can be taken meanwhile. */
  async listLazy(): Promise<void> {
    for (const member of this.members) {
      if (!member.isListed) await member.list();
    }
  }

  /** Keeps what is known of inputs that stay. */
  #setMembers(inputs: readonly Input[]): void {
    const known = new Map(this.members.map((it) => [it.key, it]));
    this.members = inputs.map((input) => {
      const member = new Member(input, this.#options);
      return known.get(member.key) ?? member;
    });
  }
}

/** Combines the files of inputs; the first that has one decides. */
async function combine(members: readonly Member[]) {
  const files = new Map<string, FileState>();
  const baseline = new Map<string, string>();
  let config: Uint8Array<ArrayBuffer> | undefined;
  for (const member of members) {
    for (const [path, { state, content }] of member.files) {
      if (files.has(path)) continue;
      files.set(path, state);
      config ??= content;
    }
    for (const [path, digest] of member.baseline) baseline.set(path, digest);
  }
  for (const { input, files } of members) {
    if (input.tree?.isLazy) continue;
    for (const path of files.keys()) baseline.delete(path);
  }
  const digests = new Map<string, string>();
  for (const [path, { digest }] of files) {
    if (digest !== baseline.get(path)) digests.set(path, digest);
  }
  for (const path of baseline.keys()) {
    if (!files.has(path)) digests.set(path, MISSING);
  }
  const lines = [...digests].map((pair) => pair.join("\0")).sort();
  const digest = await sha256(new TextEncoder().encode(lines.join("\0")));
  return { digest, files, digests, config };
}

/** A folder, as it was listed. */
interface KnownFolder extends Known {
  /** The paths in it that count: of files, of links, and of folders that count themselves. */
  readonly files: readonly string[];
  /** The links among them, whether anything is behind them or not. */
  readonly links: readonly string[];
  /** The folders in it that may hold files that count. */
  readonly folders: readonly string[];
}

/** After so many of them other work gets its turn. */
const BATCH = { files: 5_000, folders: 500 } as const;

/** What is known of an input. */
export class Member {
  /** Two with the same key are the same. */
  readonly key: string;
  readonly #options: CameraOptions;
  /** Whether it counts: a lazy tree only once it is listed. */
  isListed: boolean;
  /** Whether the last {@linkcode refresh} read a file or listed a folder. */
  hasRead = false;
  /** The digests of the files of a lazy tree when it was listed. */
  readonly baseline = new Map<string, string>();
  /** The files that it stands for, by path. Our own output is none. */
  files: ReadonlyMap<string, KnownFile> = new Map();
  /** The folders of its tree, by path, its own among them. Links to folders are not followed. */
  folders: ReadonlyMap<string, KnownFolder> = new Map();

  constructor(readonly input: Input, options: CameraOptions) {
    this.#options = options;
    this.key = `${input.path}\0${input.tree?.key ?? ""}`;
    this.isListed = !input.tree?.isLazy;
  }

  /** Lists a lazy tree. */
  async list(): Promise<void> {
    await this.refresh();
    for (const [path, { state }] of this.files) {
      this.baseline.set(path, state.digest);
    }
    this.isListed = true;
  }

  /**
   * Compares all files and folders, and reads those that may have changed.
   *
   * @returns Whether a file has changed.
   */
  async refresh(): Promise<boolean> {
    this.hasRead = false;
    const folders = await this.#refreshFolders();
    const lists = [...folders.values()].map(({ files }) => files);
    if (folders.size === 0) lists.push([this.input.path]);
    const files = new Map<string, KnownFile>();
    let isChanged = false;
    for (const path of lists.values().flatMap((paths) => paths)) {
      const stat = statOf(path);
      if (isOwnOutput(stat)) continue;
      const before = this.files.get(path);
      const isConfig = path === this.#options.configFile;
      const file = before && isUnchanged(before, stat)
        ? before
        : await readFile(path, stat, isConfig);
      files.set(path, file);
      if (file !== before) this.hasRead = true;
      if (file.state.digest !== before?.state.digest) isChanged = true;
      if (files.size % BATCH.files === 0) await this.#rest();
    }
    if (files.size !== this.files.size) isChanged = true;
    this.files = files;
    this.folders = folders;
    return isChanged;
  }

  async #refreshFolders(): Promise<Map<string, KnownFolder>> {
    const folders = new Map<string, KnownFolder>();
    const { path, tree } = this.input;
    const queue = tree ? [path] : [];
    for (const path of queue) {
      const stat = statOf(path);
      if (stat instanceof Error || !stat.isDirectory) continue;
      const before = this.folders.get(path);
      const folder = before && isUnchanged(before, stat)
        ? before
        : { ...stampOf(stat), ...this.#contentOf(path) };
      folders.set(path, folder);
      if (folder !== before) this.hasRead = true;
      for (const path of folder.folders) queue.push(path);
      if (folders.size % BATCH.folders === 0) await this.#rest();
    }
    return folders;
  }

  #contentOf(folder: string) {
    const { ignored = () => false } = this.#options;
    const { path: root, tree } = this.input;
    const files: string[] = [];
    const links: string[] = [];
    const folders: string[] = [];
    for (const entry of attempt(Deno.readDirSync, folder) ?? []) {
      const { name, isFile, isDirectory, isSymlink } = entry;
      const path = join(folder, name);
      // A name that is not UTF-8 opens nothing. Pipes, sockets and devices are no files.
      if (name.includes("\uFFFD") || ignored(path)) continue;
      if (!isFile && !isDirectory && !isSymlink) continue;
      const relative = relativeTo(root, path);
      const leadsToFolder = isDirectory ||
        (isSymlink && attempt(Deno.statSync, path)?.isDirectory === true);
      if (tree?.accepts(relative, leadsToFolder)) {
        files.push(path);
        if (isSymlink) links.push(path);
      }
      if (isDirectory && !tree?.excludesFolder(relative)) folders.push(path);
    }
    return { files, links, folders };
  }

  async #rest(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#options.signal?.throwIfAborted();
  }
}
