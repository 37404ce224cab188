/**
 * Snapshots: the state of all inputs at one moment.
 *
 * @module
 */

import { join } from "@std/path/posix";
import { ifReadable } from "../errors.ts";
import type { Filter } from "../match/filter.ts";
import { pause } from "../timer.ts";
import {
  type FileState,
  identityOf,
  isOwnOutput,
  isUnchanged,
  type Known,
  type KnownFile,
  MISSING,
  readFile,
  sha256,
  stampOf,
  type Stat,
  statOf,
} from "./files.ts";
import { relativeTo } from "./paths.ts";

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
export interface Tree extends Filter {
  /** Two trees with the same path and key are the same. */
  readonly key: string;
  /** Whether it is compared in the background, however large it is. Its first listing is the baseline: what is in it is no change. */
  readonly isLazy: boolean;
  /** Whether a name is enough: a pipe counts, too, and a name that is not UTF-8, by its presence. */
  readonly isByName?: boolean;
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
  /** Called when a file or folder is read: links may lead elsewhere, and folders be others. */
  readonly onRead?: () => void;
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

  /** Takes a snapshot, with lazy trees as they were when compared last. If nothing has changed, it is the latest one. */
  async take(inputs: readonly Input[]): Promise<Snapshot> {
    const latest = this.#latest;
    if (inputs !== latest?.inputs) this.#setMembers(inputs);
    await this.#refresh((member) => !member.isLazy);
    const isComplete = this.members.every(({ isListed }) => isListed);
    const isSame = !this.#isChanged && inputs === latest?.inputs &&
      isComplete === latest.isComplete;
    if (isSame) return latest;
    this.#isChanged = false;
    this.#latest = { ...await combine(this.members), inputs, isComplete };
    return this.#latest;
  }

  /**
   * Compares the lazy trees. Snapshots can be taken meanwhile.
   *
   * @returns Whether the next one differs.
   */
  async refreshLazy(): Promise<boolean> {
    await this.#refresh((member) => member.isLazy);
    return this.#isChanged;
  }

  /** Returns the number of files and folders in lazy trees, or in all other inputs. */
  size(isLazy: boolean): number {
    return this.members.filter((member) => member.isLazy === isLazy)
      .reduce((sum, { files, folders }) => sum + files.size + folders.size, 0);
  }

  async #refresh(isWanted: (member: Member) => boolean): Promise<void> {
    for (const member of this.members.filter(isWanted)) {
      if (await member.refresh()) this.#isChanged = true;
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

/** Combines the files of inputs; the first that has one decides, lazy trees last. */
async function combine(members: readonly Member[]) {
  const files = new Map<string, FileState>();
  const digests = new Map<string, string>();
  let config: Uint8Array<ArrayBuffer> | undefined;
  const lazy = members.filter(({ isLazy }) => isLazy);
  const others = members.filter(({ isLazy }) => !isLazy);
  for (const member of [...others, ...lazy]) {
    for (const [path, { state, content }] of member.files) {
      if (files.has(path)) continue;
      files.set(path, state);
      config ??= content;
      const { digest } = state;
      if (digest !== member.baseline.get(path)) digests.set(path, digest);
    }
  }
  for (const { baseline } of lazy) {
    for (const path of baseline.keys()) {
      if (!files.has(path)) digests.set(path, MISSING);
    }
  }
  const lines = [...digests].map((pair) => pair.join("\0")).sort();
  const digest = await sha256(new TextEncoder().encode(lines.join("\0")));
  return { digest, files, digests, config };
}

/** A folder, as it was listed. */
interface KnownFolder extends Known {
  /** The paths in it that count, but those of links: of files, and of folders that count themselves. */
  readonly files: readonly string[];
  /** The links in it. Where they lead can change without it. */
  readonly links: readonly string[];
  /** The folders in it that may hold files that count. */
  readonly folders: readonly string[];
}

/** More folders behind links than this do not count in a tree: such a link can lead to a whole disk. */
export const MAX_LINKED = 1_000;

/** Adds the identities of a folder and of those that hold it. */
function addAncestors(folder: string, identities: Set<string>): void {
  let last: string | undefined;
  for (let path = folder;; path += "/..") {
    const stat = statOf(path);
    const identity = stat instanceof Error ? last : identityOf(stat);
    if (identity === undefined || identity === last) return;
    identities.add(last = identity);
  }
}

/** After so long other work gets its turn, in milliseconds. */
const TURN_MS = 10;

/** Whether a file has changed since a time, in milliseconds. */
function isNewer(stat: Stat, time: number): boolean {
  return !(stat instanceof Error) && (stat.mtime?.getTime() ?? 0) > time;
}

/** What is known of an input. */
export class Member {
  /** Two with the same key are the same. */
  readonly key: string;
  readonly isLazy: boolean;
  readonly #options: CameraOptions;
  /** Whether it was read. */
  isListed = false;
  /** The files that it stands for, by path. Our own output is none. */
  files: ReadonlyMap<string, KnownFile> = new Map();
  /** The folders of its tree, by path, its own among them. */
  folders: ReadonlyMap<string, KnownFolder> = new Map();
  /** These by what leads to them: the path of the tree itself, or a link to a folder. */
  trees: ReadonlyMap<string, readonly string[]> = new Map();
  /** The folders in which links to folders are, whether these count or not. */
  holders: ReadonlySet<string> = new Set();
  /** The links that count. */
  links: readonly string[] = [];
  /** Whether more folders are behind links than may count. */
  isCut = false;
  /** When other work gets its turn; performance.now(). */
  #restsAt = 0;
  /** By the clock of files. */
  readonly #madeAt = Date.now();
  /** The digests of the files of a lazy tree when it was read first, but those that had changed since it was made. */
  readonly baseline = new Map<string, string>();

  constructor(readonly input: Input, options: CameraOptions) {
    this.#options = options;
    this.key = `${input.path}\0${input.tree?.key ?? ""}`;
    this.isLazy = input.tree?.isLazy === true;
  }

  /**
   * Compares all files and folders, and reads those that may have changed.
   *
   * @returns Whether a file has changed, or this is the first time.
   */
  async refresh(): Promise<boolean> {
    this.#restsAt = performance.now() + TURN_MS;
    const { folders, trees, holders, links, isCut } = await this
      .#refreshFolders();
    const lists = [...folders.values()].map(({ files }) => files);
    lists.push([...links.keys()]);
    if (folders.size === 0) lists.push([this.input.path]);
    const files = new Map<string, KnownFile>();
    const isFirst = !this.isListed;
    let isChanged = isFirst;
    for (const path of lists.values().flatMap((paths) => paths)) {
      const stat = links.get(path) ?? statOf(path);
      if (isOwnOutput(stat)) continue;
      const before = this.files.get(path);
      let file = before;
      if (!file || !isUnchanged(file, stat)) {
        this.#options.onRead?.();
        file = await readFile(path, stat, path === this.#options.configFile);
      }
      files.set(path, file);
      const { digest } = file.state;
      if (digest !== before?.state.digest) isChanged = true;
      if (isFirst && this.isLazy && !isNewer(stat, this.#madeAt)) {
        this.baseline.set(path, digest);
      }
      if (performance.now() > this.#restsAt) await this.#rest();
    }
    if (files.size !== this.files.size) isChanged = true;
    this.files = files;
    this.folders = folders;
    this.trees = trees;
    this.holders = holders;
    this.links = [...links.keys()];
    this.isCut = isCut;
    this.isListed = true;
    return isChanged;
  }

  /**
   * Lists the folders that have changed. Those behind links come last: in a
   * link to what is listed already nothing counts, nor in one that leads to a
   * folder that holds the tree.
   */
  async #refreshFolders() {
    const { path: root, tree } = this.input;
    const folders = new Map<string, KnownFolder>();
    const trees = new Map<string, readonly string[]>();
    const holders = new Set<string>();
    const links = new Map<string, Stat>();
    const passed = new Set<string>();
    let linked = 0;
    const starts = tree ? [root] : [];
    for (const start of starts) {
      const queue = [start];
      const reached: string[] = [];
      for (const path of queue) {
        const stat = statOf(path);
        if (stat instanceof Error || !stat.isDirectory) continue;
        const identity = identityOf(stat);
        if (start !== root) {
          if (passed.has(identity) || linked++ >= MAX_LINKED) continue;
          passed.add(identity);
        }
        const before = this.folders.get(path);
        const folder = before && isUnchanged(before, stat)
          ? before
          : { ...stampOf(stat), ...this.#list(path) };
        folders.set(path, folder);
        reached.push(path);
        for (const path of folder.folders) queue.push(path);
        if (folder.files.length > 0) passed.add(identity);
        for (const link of folder.links) {
          const stat = statOf(link);
          const relative = relativeTo(root, link);
          const isFolder = !(stat instanceof Error) && stat.isDirectory;
          if (tree?.accepts(relative, isFolder)) {
            links.set(link, stat);
            passed.add(identity);
          }
          if (isFolder) holders.add(path);
          if (!isFolder || tree?.excludesFolder(relative)) continue;
          if (starts.length === 1) addAncestors(root, passed);
          starts.push(link);
        }
        if (performance.now() > this.#restsAt) await this.#rest();
      }
      if (start === root || reached.length > 0) trees.set(start, reached);
    }
    return { folders, trees, holders, links, isCut: linked > MAX_LINKED };
  }

  #list(folder: string) {
    this.#options.onRead?.();
    const { ignored = () => false } = this.#options;
    const { path: root, tree } = this.input;
    const files: string[] = [];
    const links: string[] = [];
    const folders: string[] = [];
    for (const entry of ifReadable(() => [...Deno.readDirSync(folder)]) ?? []) {
      const { name, isFile, isDirectory, isSymlink } = entry;
      const path = join(folder, name);
      // A name that is not UTF-8 opens nothing. Pipes, sockets and devices are no files.
      const isUsual = !name.includes("\uFFFD") &&
        (isFile || isDirectory || isSymlink);
      if (ignored(path) || !isUsual && !tree?.isByName) continue;
      if (isSymlink) {
        links.push(path);
        continue;
      }
      const relative = relativeTo(root, path);
      if (tree?.accepts(relative, isDirectory)) files.push(path);
      if (isDirectory && !tree?.excludesFolder(relative)) folders.push(path);
    }
    return { files, links, folders };
  }

  async #rest(): Promise<void> {
    await pause(0);
    this.#restsAt = performance.now() + TURN_MS;
    this.#options.signal?.throwIfAborted();
  }
}
