/**
 * Where files come from, as far as that decides whether their events can be
 * trusted: read off /proc/self/mountinfo (man 5 proc_pid_mountinfo).
 *
 * Linux makes events of what is done through its own kernel. What another
 * machine, the host of a virtual machine or a program behind FUSE does to a
 * file passes it by (man 7 inotify, "Limitations and caveats").
 *
 * @module
 */

import { isWithin } from "../system/paths.ts";

/** A mounted file system, or a part of one. */
export interface Mount {
  /** Where it is, absolute. */
  readonly mountPoint: string;
  /** What of the file system is mounted there: `/` for all of it, a folder or a single file for a bind mount. */
  readonly root: string;
  /**
   * Whether `root` was removed, or replaced by another file: what is seen at
   * the mount point is the old one, and no change reaches it any more.
   */
  readonly isOrphan: boolean;
  /** The type, as `ext4` or `fuse.sshfs`. */
  readonly fsType: string;
  /** What the file system is made of: a device, a server, a tag; may be empty. */
  readonly source: string;
}

/** Whether events tell of every change. */
export type EventsVerdict =
  | { readonly reliable: true }
  | {
    readonly reliable: false;
    /** What the files are on, as `a network file system (nfs4)`. */
    readonly reason: string;
  };

/**
 * One line. A space parts the fields and nothing else does: other white space
 * may be part of a name. The number of optional fields, before the lone `-`,
 * varies. The options at the end are left out: some file systems write them
 * without escapes, so that they may hold spaces.
 */
const LINE_REGEXP =
  /^\d+ \d+ \d+:\d+ (?<root>[^ ]+) (?<mountPoint>\/[^ ]*) [^ ]+ (?:[^ ]+ )*?- (?<fsType>[^ ]+) (?<source>[^ ]*)(?: |$)/;

/** What the kernel adds to a root that is gone. No path holds two slashes, so it is never part of a name. */
const ORPHAN_SUFFIX = "//deleted";

/**
 * Shared with a virtual machine by what runs it. Some pass events on, but not
 * all of them (docker/for-mac#7246, abiosoft/colima#1244); most pass on none
 * (microsoft/WSL#4739, crc-org/vfkit#126).
 */
const HOST_FOLDERS = new Set([
  "9p", // WSL 2 (/mnt/c), Docker Desktop for Windows, Lima and Colima with QEMU
  "virtiofs", // Docker Desktop for Mac, Lima and Colima with VZ, Kata
  "fakeowner", // Docker Desktop, in front of virtiofs or gRPC-FUSE
  "selfowner", // Docker Desktop, in front of synchronized folders
  "fuse.grpcfuse", // Docker Desktop for Mac
  "grpcfuse",
  "fuse.osxfs", // Docker Desktop for Mac before 2.4
  "osxfs",
  "vboxsf", // VirtualBox, and so Docker Toolbox and Vagrant
  "fuse.vmhgfs-fuse", // VMware
  "vmhgfs", // VMware's older kernel module
  "prl_fs", // Parallels
]);

const NETWORK_TYPES = new Set([
  "afs",
  "beegfs",
  "ceph",
  "cifs",
  "coda",
  "davfs",
  "fuse.glusterfs",
  "fuse.sshfs",
  "glusterfs",
  "gpfs",
  "lustre",
  "ncpfs",
  "nfs",
  "nfs4",
  "smb3",
  "smbfs",
]);

/** A disk with several machines on it. */
const CLUSTER_TYPES = new Set(["gfs2", "ocfs2"]);

/** The root of a container without privileges: as overlay, nobody else writes to it. */
const LOCAL_FUSE_TYPES = new Set(["fuse.fuse-overlayfs"]);

const decoder = new TextDecoder();

/**
 * Reads a table of mounts. A line that is none is left out.
 *
 * @param text What /proc/self/mountinfo holds.
 * @returns The mounts, in the order of the table.
 */
export function parseMountInfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const groups = LINE_REGEXP.exec(line)?.groups as
      | Record<"root" | "mountPoint" | "fsType" | "source", string>
      | undefined;
    if (!groups) continue;
    const isOrphan = groups.root.endsWith(ORPHAN_SUFFIX);
    const root = isOrphan
      ? groups.root.slice(0, -ORPHAN_SUFFIX.length)
      : groups.root;
    mounts.push({
      mountPoint: decode(groups.mountPoint),
      root: decode(root),
      isOrphan,
      fsType: decode(groups.fsType),
      source: decode(groups.source),
    });
  }
  return mounts;
}

/**
 * The mount that serves a path: the one with the longest mount point on the
 * way to it, and of several on one mount point the last, which covers the
 * others.
 *
 * A mount under a folder that was covered later counts although it is hidden;
 * Docker and Kubernetes mount the outer folder first.
 *
 * @param path Absolute, without links or a slash at the end.
 */
export function mountOf(
  path: string,
  mounts: readonly Mount[],
): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(path, mount.mountPoint)) continue;
    const length = found?.mountPoint.length ?? 0;
    if (mount.mountPoint.length >= length) found = mount;
  }
  return found;
}

/**
 * Whether events tell of every change to the files on a mount. A sweep has to
 * find what they do not; a type unknown here is trusted, as the sweep that is
 * always there covers it.
 *
 * Trusted although they could be doubted:
 * - `overlay`: what is written to a layer behind its back gives no event, but
 *   nothing does that to a container, and every container's root is one.
 * - `fuseblk`: FUSE, but a disk of this machine (NTFS, exFAT).
 * - `drvfs`: WSL 1, which makes events of what Windows does.
 */
export function eventsOf({ fsType }: Mount): EventsVerdict {
  const kind = unreliableKindOf(fsType);
  return kind
    ? { reliable: false, reason: `${kind} (${fsType})` }
    : { reliable: true };
}

/**
 * Whether a path is a mount point. For a file this means that it is mounted
 * alone: a mount holds on to the file it was made of, so when that is replaced
 * where it came from, as most editors do, the new one does not arrive.
 *
 * @param path Absolute, without links or a slash at the end; of a file.
 */
export function isFileMount(path: string, mounts: readonly Mount[]): boolean {
  return mountOf(path, mounts)?.mountPoint === path;
}

/** The mounts that this process sees; none where the system has no such table (macOS, Windows). */
export async function readMounts(): Promise<Mount[]> {
  try {
    return parseMountInfo(await Deno.readTextFile("/proc/self/mountinfo"));
  } catch {
    return [];
  }
}

function unreliableKindOf(fsType: string): string | undefined {
  if (HOST_FOLDERS.has(fsType)) return "a folder shared by the host";
  if (NETWORK_TYPES.has(fsType)) return "a network file system";
  if (CLUSTER_TYPES.has(fsType)) return "a cluster file system";
  if (LOCAL_FUSE_TYPES.has(fsType)) return undefined;
  if (fsType === "fuse" || fsType.startsWith("fuse.")) {
    return "a file system made by a program";
  }
  return undefined;
}

/**
 * Reads `\040` and the like: the kernel writes space, tab, newline, backslash
 * and, in types and sources, `#` as octal bytes. Bytes in a row are decoded
 * together, as one letter can be several.
 */
function decode(field: string): string {
  return field.replace(/(?:\\[0-3][0-7]{2})+/g, (run) => {
    const bytes = run.slice(1).split("\\").map((octal) => parseInt(octal, 8));
    return decoder.decode(Uint8Array.from(bytes));
  });
}
