/**
 * Tables of mounts: real ones, shortened to the lines that matter, with names
 * and ids replaced; and made-up ones.
 *
 * @module
 */

import fc from "fast-check";
import type { Mount } from "../../../lib/watch/mounts.ts";

/** Docker on Linux: the container's root, a folder of the host, and the files that Docker itself mounts. */
export const DOCKER = String
  .raw`1121 1047 0:84 / / rw,relatime master:391 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/AAAA:/var/lib/docker/overlay2/l/BBBB,upperdir=/var/lib/docker/overlay2/0123456789abcdef/diff,workdir=/var/lib/docker/overlay2/0123456789abcdef/work
1122 1121 0:87 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1123 1121 0:88 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
1140 1123 0:92 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
1144 1121 8:1 /home/user/conf /etc/krakend rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro,data=ordered
1141 1121 8:1 /var/lib/docker/containers/0123456789abcdef/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro,data=ordered
1142 1121 8:1 /var/lib/docker/containers/0123456789abcdef/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro,data=ordered
1143 1121 8:1 /var/lib/docker/containers/0123456789abcdef/hosts /etc/hosts rw,relatime - ext4 /dev/sda1 rw,errors=remount-ro,data=ordered
998 1122 0:87 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw
1014 1122 0:88 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
`;

/** Podman without root: the container's root is a FUSE overlay. */
export const PODMAN = String
  .raw`1088 875 0:118 / / rw,noatime - fuse.fuse-overlayfs fuse-overlayfs rw,user_id=0,group_id=0,default_permissions,allow_other
1089 1088 0:121 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
1090 1088 0:122 / /dev rw,nosuid,noexec - tmpfs tmpfs rw,size=65536k,mode=755,uid=1000,gid=1000
`;

/** Docker Desktop for Mac, VirtioFS: inside of a container, where "fakeowner" stands in front of it. */
export const DOCKER_DESKTOP_FAKEOWNER = String
  .raw`601 512 0:120 / / rw,relatime - overlay overlay rw,lowerdir=/snapshots/2/fs,upperdir=/snapshots/3/fs,workdir=/snapshots/3/work
629 601 0:47 /user/conf /etc/krakend rw,nosuid,nodev,relatime - fakeowner /run/host_mark/Users rw,fakeowner
631 601 254:1 /docker/volumes/cache/_data /var/cache rw,relatime - ext4 /dev/vda1 rw,discard
`;

/** Docker Desktop for Mac, a single file, before and after it was replaced on the Mac. */
export const DOCKER_DESKTOP_FILE = String
  .raw`375 353 0:46 /user/conf/krakend.json /etc/krakend/krakend.json ro,nosuid,nodev,relatime - fakeowner /run/host_mark/Users rw
376 353 0:46 /user/conf/partner.json//deleted /etc/krakend/partner.json ro,nosuid,nodev,relatime - fakeowner /run/host_mark/Users rw
`;

/** Docker Desktop for Mac, VirtioFS: its virtual machine itself. */
export const DOCKER_DESKTOP_VM = String
  .raw`50 35 0:5 net:[4026532334] /run/netns/services rw - nsfs nsfs rw
53 37 0:43 / /host_mnt/Users rw,nosuid,nodev,relatime - virtiofs virtiofs0 rw,ignore_atime,no_xattr
59 36 254:1 / /var/lib rw,relatime - ext4 /dev/vda1 rw,discard
64 35 0:53 / /run/mutagen-file-shares rw,nosuid,nodev,relatime - selfowner /run/mutagen-file-shares-mark rw
65 59 254:1 /docker /var/lib/docker rw,relatime shared:1 - ext4 /dev/vda1 rw,discard
`;

/** Docker Desktop for Mac, gRPC-FUSE: inside of a container. */
export const DOCKER_DESKTOP_GRPCFUSE = String
  .raw`615 607 254:1 /docker/containers/0123456789abcdef/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda1 rw
618 607 0:131 /Users/user/conf /etc/krakend rw,nosuid,nodev,relatime - fuse.grpcfuse grpcfuse rw,user_id=0,group_id=0,allow_other,max_read=1048576
`;

/** Docker Desktop for Mac, osxfs: inside of a container; put together from what mount(8) prints there. */
export const DOCKER_DESKTOP_OSXFS = String
  .raw`618 607 0:131 /Users/user/conf /etc/krakend rw,nosuid,nodev,relatime - fuse.osxfs osxfs rw,user_id=0,group_id=0,allow_other,max_read=1048576
`;

/** Docker Desktop for Windows with WSL 2: a folder of Windows inside of a container. */
export const DOCKER_DESKTOP_WINDOWS = String
  .raw`678 668 0:68 /Users/user/conf /etc/krakend rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=0;gid=0;metadata;symlinkroot=/mnt/host/,cache=5,access=client,msize=65536,trans=fd,rfd=5,wfd=5
679 668 8:48 /docker/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/sdd rw
`;

/** WSL 2: a drive of Windows, and Docker Desktop's own, whose options hold spaces (microsoft/WSL#10056). */
export const WSL2 = String
  .raw`29 21 8:0 / / rw,relatime - ext4 /dev/sda rw,discard,errors=remount-ro,data=ordered
82 86 0:35 / /mnt/wsl rw,relatime shared:1 - tmpfs none rw,huge=advise
90 29 0:40 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,mmap,access=client,msize=65536,trans=fd,rfd=8,wfd=8
1146 77 0:149 / /Docker/host rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\Program Files\Docker\Docker\resources;symlinkroot=/mnt/,mmap,access=client,msize=262144,trans=virtio
`;

/** Lima or Colima with sshfs, the mount type of old: inside of a container. */
export const LIMA_SSHFS = String
  .raw`329 320 0:43 /conf /etc/krakend rw,nosuid,nodev,relatime - fuse.sshfs :/Users/user rw,user_id=501,group_id=1000,allow_other
`;

/** Lima or Colima with QEMU, and with VZ: the virtual machine itself; put together from what mount(8) prints there. */
export const LIMA_9P = String
  .raw`88 27 0:44 / /Users/user rw,relatime shared:52 - 9p mount0 rw,dirsync,mmap,access=client,msize=131072,trans=virtio
`;
export const LIMA_VZ = String
  .raw`88 27 0:44 / /Users/user rw,relatime shared:52 - virtiofs mount0 rw
`;

/** VirtualBox: the host's home in Minishift's virtual machine. */
export const VIRTUALBOX = String
  .raw`194 0 8:1 /var/lib/minishift /var/lib/minishift rw,relatime shared:97 - ext4 /dev/sda1 rw,data=ordered
198 0 0:37 / /hosthome rw,nodev,relatime shared:130 - vboxsf /hosthome rw
`;

/** VMware: shared folders in a CentOS guest. */
export const VMWARE = String
  .raw`72 19 0:39 / /run/user/0 rw,nosuid,nodev,relatime shared:28 - tmpfs tmpfs rw,size=403260k,mode=700
74 20 0:40 / /mnt/hgfs rw,nosuid,nodev,relatime shared:29 - fuse.vmhgfs-fuse vmhgfs-fuse rw,user_id=0,group_id=0,allow_other
`;

/** openSUSE with a Windows share. */
export const CIFS = String
  .raw`83 60 0:44 / /tmp rw,nosuid,nodev shared:54 - tmpfs tmpfs rw,nr_inodes=409600,inode64
327 60 0:51 / /mnt/share rw,relatime shared:158 - cifs //192.0.2.5/share rw,vers=3.1.1,cache=strict,username=user,uid=0,noforceuid,gid=0,noforcegid,addr=192.0.2.5,file_mode=0755,dir_mode=0755,soft,nounix,serverino,mapposix,rsize=4194304,wsize=4194304,bsize=1048576,echo_interval=60,actimeo=1
336 44 0:29 /@/var/lib/docker/btrfs /var/lib/docker/btrfs rw,relatime shared:52 - btrfs /dev/sda2 rw,space_cache,subvolid=258,subvol=/@/var
`;

/** Kubernetes: a pod with a ConfigMap, a volume on NFS and a service account. */
export const KUBERNETES = String
  .raw`2892 2422 0:224 / / rw,relatime master:801 - overlay overlay rw,lowerdir=/snapshots/2292/fs:/snapshots/782/fs,upperdir=/snapshots/2293/fs,workdir=/snapshots/2293/work,xino=off
3098 2892 0:226 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
3416 2892 253:0 /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000000/volumes/kubernetes.io~configmap/conf /etc/krakend ro,relatime - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv rw,stripe=64
3417 2892 0:212 / /certs rw,relatime - nfs4 192.0.2.43:/data/k8s/pvc-00000000 rw,vers=4.1,rsize=1048576,wsize=1048576,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,clientaddr=192.0.2.27,local_lock=none,addr=192.0.2.43
3418 2892 253:0 /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000000/etc-hosts /etc/hosts rw,relatime - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv rw,stripe=64
3419 3098 253:0 /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000000/containers/server/92ef860a /dev/termination-log rw,relatime - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv rw,stripe=64
3423 2892 0:89 / /run/secrets/kubernetes.io/serviceaccount ro,relatime - tmpfs tmpfs rw,size=33554432k
`;

/** Kubernetes: a node, where the kubelet prepares the subPath of a ConfigMap (on a disk) and of a Secret (tmpfs). */
export const KUBERNETES_SUBPATH = String
  .raw`523 47 253:16 /kubelet/pods/00000000-0000-4000-8000-000000000000/volumes/kubernetes.io~configmap/conf/..2021_07_21_11_21_39.969349293/krakend.json /data/kubelet/pods/00000000-0000-4000-8000-000000000000/volume-subpaths/conf/gateway/0 rw,noatime shared:29 - xfs /dev/vdb rw,attr2,inode64,prjquota
799 50 0:164 /..2020_07_30_18_30_50.335642872/ca.crt /var/lib/kubelet/pods/00000000-0000-4000-8000-000000000000/volume-subpaths/ca/gateway/5 rw,relatime shared:85 - tmpfs tmpfs rw
`;

/** Linux 6.18: names with a space and a hash, which is escaped in sources only; two mounts on one folder. */
export const LINUX = String
  .raw`27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
22 27 0:21 / /proc rw,relatime - proc proc rw
24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=12334460k,nr_inodes=3083615,mode=755
26 24 0:24 / /dev/pts rw,relatime - devpts devpts rw,mode=600,ptmxmode=000
29 26 0:26 / /dev/pts rw,relatime - devpts devpts rw,mode=600,ptmxmode=000
64 27 254:0 /tmp/a /tmp/sp\040ace#/c rw,relatime - ext4 /dev/vda rw,discard
65 27 0:39 / /tmp/sp\040ace#/d rw,relatime - tmpfs my\040\043src rw
`;

const KRAKEND = "/etc/krakend/krakend.json";

/** A table, a path, and the type of what serves it: `!` where events are not to be trusted. */
export const LEARNED: [string, string, string][] = [
  [DOCKER, "/opt/krakend.json", "overlay"],
  [DOCKER, KRAKEND, "ext4"],
  [PODMAN, KRAKEND, "fuse.fuse-overlayfs"],
  [DOCKER_DESKTOP_FAKEOWNER, KRAKEND, "fakeowner!"],
  [DOCKER_DESKTOP_FAKEOWNER, "/var/cache/a", "ext4"],
  [DOCKER_DESKTOP_FILE, KRAKEND, "fakeowner!"],
  [DOCKER_DESKTOP_VM, "/host_mnt/Users/user/krakend.json", "virtiofs!"],
  [DOCKER_DESKTOP_VM, "/run/mutagen-file-shares/a", "selfowner!"],
  [DOCKER_DESKTOP_VM, "/var/lib/docker/volumes", "ext4"],
  [DOCKER_DESKTOP_GRPCFUSE, KRAKEND, "fuse.grpcfuse!"],
  [DOCKER_DESKTOP_OSXFS, KRAKEND, "fuse.osxfs!"],
  [DOCKER_DESKTOP_WINDOWS, KRAKEND, "9p!"],
  [WSL2, "/home/user/krakend.json", "ext4"],
  [WSL2, "/mnt/c/krakend.json", "9p!"],
  [WSL2, "/Docker/host/a", "9p!"],
  [LIMA_SSHFS, KRAKEND, "fuse.sshfs!"],
  [LIMA_9P, "/Users/user/krakend.json", "9p!"],
  [LIMA_VZ, "/Users/user/krakend.json", "virtiofs!"],
  [VIRTUALBOX, "/hosthome/user/krakend.json", "vboxsf!"],
  [VMWARE, "/mnt/hgfs/conf/krakend.json", "fuse.vmhgfs-fuse!"],
  [CIFS, "/mnt/share/krakend.json", "cifs!"],
  [CIFS, "/tmp/krakend.json", "tmpfs"],
  [CIFS, "/var/lib/docker/btrfs/a", "btrfs"],
  [KUBERNETES, KRAKEND, "ext4"],
  [KUBERNETES, "/certs/tls.crt", "nfs4!"],
  [LINUX, "/home/krakend.json", "ext4"],
];

/** Types whose events are not to be trusted, by what they are. */
export const UNTRUSTED = {
  "a folder shared by the host":
    "9p virtiofs fakeowner selfowner fuse.grpcfuse grpcfuse fuse.osxfs osxfs vboxsf fuse.vmhgfs-fuse vmhgfs prl_fs",
  "a network file system":
    "nfs nfs4 cifs smb3 smbfs ncpfs afs coda ceph glusterfs fuse.glusterfs fuse.sshfs lustre beegfs gpfs davfs",
  "a cluster file system": "gfs2 ocfs2",
  "a file system made by a program": "fuse fuse.rclone",
};

const anyName = fc.string({ unit: "binary", minLength: 1, maxLength: 8 })
  .filter((name) => !/[/\0]/.test(name));
const anyPath = fc.array(anyName, { maxLength: 4 })
  .map((names) => `/${names.join("/")}`);
/** Any mount that there could be. */
export const anyMount: fc.Arbitrary<Mount> = fc.record({
  mountPoint: anyPath,
  root: fc.oneof(anyPath, fc.constant("net:[4026532334]")),
  isOrphan: fc.boolean(),
  fsType: anyName,
  source: fc.oneof(anyPath, anyName, fc.constant("")),
});

/** Writes a mount as the kernel does, from fs/proc_namespace.c. */
export function format(
  mount: Mount,
  optional: readonly string[],
  options: string,
) {
  const escape = (text: string, letters: string) =>
    [...text].map((letter) =>
      letters.includes(letter)
        ? `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`
        : letter
    ).join("");
  return [
    "36 35 98:0",
    escape(mount.root, " \t\n\\") + (mount.isOrphan ? "//deleted" : ""),
    escape(mount.mountPoint, " \t\n\\"),
    "rw,relatime",
    ...optional,
    "-",
    escape(mount.fsType, " \t\n\\#"),
    escape(mount.source, " \t\n\\#"),
    options,
  ].join(" ") + "\n";
}
