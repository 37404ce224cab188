/**
 * The ways to files: links, the folders that hold them, and mounts. POSIX
 * only, as KrakenD is.
 *
 * @module
 */

/** As many links as Linux follows on the way to one file. */
const MAX_LINKS = 40;

/** A tree with more folders than this is watched as a whole: each event costs 3 µs for each folder that is watched. */
const MAX_FOLDERS = 300;

/**
 * The ways to all inputs: what has to be watched, besides the files, so that
 * each change of what their paths mean is noticed.
 */
export class Ways {
  /** The real folders that hold files and links, each with its identity: one in its place has another. */
  readonly folders = new Map<string, string>();
  /** The same for folders to be watched with all that is in them. */
  readonly roots = new Map<string, string>();
  /** Links, and what is where a way ends too early, by real path. */
  readonly #waypoints = new Map<string, string>();
  /** The folders that hold waypoints and ends, by real path. */
  readonly #passed = new Set<string>();
  /** The paths of inputs and folders of trees, by real path, where the two differ. */
  readonly #names = new Map<string, string[]>();
  readonly #realFolders = new Map<string, string | undefined>();

  /**
   * Adds the way to a file.
   *
   * @returns Its real path; undefined if nothing is there.
   */
  addFile(path: string): string | undefined {
    const folder = this.#realFolder(parentOf(path));
    if (folder === undefined) return undefined;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const real = this.#follow(folder, [name]);
    if (real === undefined) return undefined;
    this.#pass(parentOf(real));
    if (real !== path) this.#addName(real, path);
    return real;
  }

  /**
   * Adds the way to a tree, and its folders.
   *
   * @param root Its path; an input of its own as long as it is no folder.
   * @param folders Its folders, by path, and the root among them if it is one.
   * @param links The links among its files, by path.
   */
  addTree(
    root: string,
    folders: readonly string[],
    links: readonly string[],
  ): void {
    const real = this.#realFolder(root);
    if (real === undefined || folders.length === 0) this.addFile(root);
    else {
      const isLarge = folders.length > MAX_FOLDERS;
      if (isLarge) this.roots.set(real, identityOf(real));
      for (const path of folders) {
        const folder = join(real, path.slice(root.length + 1));
        if (!isLarge) this.folders.set(folder, identityOf(folder));
        if (folder !== path) this.#addName(folder, path);
      }
    }
    for (const link of links) this.addFile(link);
  }

  /** Returns the paths of inputs, and of what would be one in a tree, that an event's path may be about. */
  namesOf(real: string): Set<string> {
    const name = real.slice(real.lastIndexOf("/") + 1);
    const folders = this.#names.get(parentOf(real)) ?? [];
    return new Set([
      real,
      ...this.#names.get(real) ?? [],
      ...folders.map((folder) => join(folder, name)),
    ]);
  }

  /** Returns whether more than one file depends on what is at a real path. */
  isWaypoint(real: string): boolean {
    return this.#waypoints.has(real);
  }

  /** The number of stats that {@linkcode Ways.areSame} takes. */
  get size(): number {
    return this.#waypoints.size + this.#passed.size;
  }

  /** Returns whether all waypoints, and folders outside of trees, are what they were. */
  areSame(): boolean {
    return this.#waypoints.entries().every(([path, kind]) =>
      waypointAt(path) === kind
    ) && this.#passed.values().every((path) =>
      this.folders.get(path) === identityOf(path)
    );
  }

  #addName(real: string, path: string): void {
    const names = this.#names.get(real);
    if (!names) this.#names.set(real, [path]);
    else if (!names.includes(path)) names.push(path);
  }

  #realFolder(path: string): string | undefined {
    if (!this.#realFolders.has(path)) {
      this.#realFolders.set(path, this.#follow("/", [...partsOf(path), "."]));
    }
    return this.#realFolders.get(path);
  }

  /**
   * Follows names from a real folder on, as the kernel does. What comes before
   * another name, even `.`, must be a folder.
   *
   * @returns The real path; undefined if nothing is there.
   */
  #follow(folder: string, names: readonly string[]): string | undefined {
    const rest = names.toReversed();
    let real = folder;
    let links = 0;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (name === ".") continue;
      if (name === "..") {
        real = parentOf(real);
        continue;
      }
      const path = join(real, name);
      const info = infoOf(path, Deno.lstatSync);
      const isOnWay = info?.isDirectory || (info && rest.length === 0);
      if (isOnWay && !info.isSymlink) {
        real = path;
        continue;
      }
      this.#pass(real);
      const kind = waypointAt(path);
      this.#waypoints.set(path, kind);
      if (!info?.isSymlink || ++links > MAX_LINKS) return undefined;
      if (kind.startsWith("/")) real = "/";
      rest.push(...partsOf(kind).reverse());
    }
    return real;
  }

  #pass(folder: string): void {
    if (this.#passed.has(folder)) return;
    this.#passed.add(folder);
    this.folders.set(folder, identityOf(folder));
  }
}

/** Returns the folder that holds a path. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Returns whether a path is a folder, or in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}

/** Joins a folder and a name, or a relative path; an empty one is the folder itself. */
export function join(folder: string, name: string): string {
  if (name === "") return folder;
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

/** Returns the information about a path, or undefined if there is nothing, or it is not accessible. */
export function infoOf(
  path: string,
  stat: (path: string) => Deno.FileInfo = Deno.statSync,
): Deno.FileInfo | undefined {
  try {
    return stat(path);
  } catch {
    return undefined;
  }
}

/** Returns whether a folder is at a path; with `Deno.lstatSync`, a link to one is none. */
export function isFolder(
  path: string,
  stat?: (path: string) => Deno.FileInfo,
): boolean {
  return infoOf(path, stat)?.isDirectory === true;
}

/** Returns the path without links; undefined if nothing is there. */
export function realPathOf(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Returns what is mounted at which path: of a bind mount, the path in the
 * source's file system.
 *
 * @param mountInfo The content of /proc/self/mountinfo (man 5 proc_pid_mountinfo).
 */
export function parseMountInfo(mountInfo: string): Map<string, string> {
  const lines = mountInfo.split("\n").map((line) => line.split(" "));
  return new Map(
    lines.map(([, , , root = "", path = ""]) => [unescape(path), root]),
  );
}

/**
 * Returns why changes of a file may not arrive if it is mounted alone, as by
 * `docker run -v ./krakend.json:…`: a mount holds on to the file that it was
 * made of, and editors replace files.
 *
 * @param real The file's real path.
 */
export function fileMountProblem(
  real: string,
  mounts: ReadonlyMap<string, string>,
): string | undefined {
  const root = mounts.get(real);
  if (root === undefined) return undefined;
  // No path has two slashes; this is what the kernel adds to one that is gone.
  const problem = root.endsWith("//deleted")
    ? "and its original is gone, so that no change arrives"
    : "so that nothing arrives when an editor replaces the original";
  return `is mounted as a single file, ${problem}: mount its folder instead`;
}

/** Reads `\040` and the like, in which the kernel writes white space and backslashes. */
function unescape(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, octal: string) => String.fromCharCode(parseInt(octal, 8)),
  );
}

function partsOf(path: string): string[] {
  return path.split("/").filter(Boolean);
}

/** Returns the target of a link, or what else is at a path. */
function waypointAt(path: string): string {
  const info = infoOf(path, Deno.lstatSync);
  if (!info?.isSymlink) return info?.isDirectory ? "folder" : String(info?.ino);
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}

/** The birth time is part of it as file systems give an inode number again at once. */
function identityOf(folder: string): string {
  const info = infoOf(folder);
  return info ? `${info.dev}:${info.ino}:${info.birthtime?.getTime()}` : "";
}
