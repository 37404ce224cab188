/* Other processes, as /proc shows them. */
#include "keeper.h"

enum { PATH = 64, STATUS = 4096 };

/* /proc/PID/NAME[/NUMBER]; a number below 0 is not written. */
static void put_path(char *to, int pid, const char *name, int number) {
  to = put(put(put_number(put(to, "/proc/"), pid, 10), "/"), name);
  if (number >= 0) put_number(put(to, "/"), number, 10);
}

/* Reads the beginning of a file as a string. Returns its length, or a negative errno. */
s64 read_file(const char *path, char *to, u64 size) {
  *to = 0;
  s64 file = CALL(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return file;
  s64 length = CALL(read, file, to, size - 1);
  CALL(close, file);
  to[length > 0 ? length : 0] = 0;
  return length;
}

static s64 read_link(const char *path, char *to, u64 size) {
  s64 length = CALL(readlinkat, AT_FDCWD, path, to, size - 1);
  to[length > 0 ? length : 0] = 0;
  return length;
}

/* -- Descriptors -- */

static s64 inode_of(const char *path) {
  char link[PATH];
  u64 inode = 0;
  s64 length = read_link(path, link, sizeof link);
  if (length < 0) return length;
  if (begins_with(link, "socket:[")) read_number(link + 8, 10, &inode);
  return inode;
}

/* The inode of a socket that is open in a process; 0 for other files, or a negative errno. */
s64 socket_inode(int pid, int number) {
  char path[PATH];
  put_path(path, pid, "fd", number);
  return inode_of(path);
}

/* Whether a process has the socket, by this number or by another. It has if that cannot be known. */
int has_open(int pid, int number, u64 inode) {
  s64 found = socket_inode(pid, number);
  if (found == (s64)inode || found == -EACCES) return 1;
  char path[PATH], buffer[2048] __attribute__((aligned(8)));
  put_path(path, pid, "fd", -1);
  s64 folder = CALL(openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), size;
  /* A process that is gone may have passed the socket on: this shows when its instance ends. */
  if (folder < 0) return 1;
  int is_open = 0;
  char *end = path + length_of(path);
  while (!is_open && (size = CALL(getdents64, folder, buffer, sizeof buffer)) > 0) {
    struct entry *e;
    for (s64 at = 0; at < size; at += e->size) {
      e = (struct entry *)(buffer + at);
      put(put(end, "/"), e->name);
      if (inode_of(path) == (s64)inode) is_open = 1;
    }
  }
  CALL(close, folder);
  return is_open;
}

/* The kernel's name for the protocol of a socket, such as TCPv6. Returns its length, or a negative errno. */
s64 read_protocol(int pid, int number, char *name, u64 size) {
  char path[PATH];
  put_path(path, pid, "fd", number);
  s64 length = CALL(getxattr, path, "system.sockprotoname", name, size - 1);
  name[length > 0 ? length : 0] = 0;
  return length;
}

/* The flags that a descriptor was opened with: O_NONBLOCK, O_CLOEXEC. */
int open_flags(int pid, int number) {
  char path[PATH], text[256];
  u64 flags = O_NONBLOCK | O_CLOEXEC;
  put_path(path, pid, "fdinfo", number);
  if (read_file(path, text, sizeof text) > 0) {
    const char *digits = find_text(text, "flags:\t");
    if (digits) read_number(digits, 8, &flags);
  }
  return flags;
}

/* -- Processes -- */

/* A number in /proc/PID/status; 0 if it is not there. */
static u64 read_status(int pid, const char *name, u32 base) {
  char path[PATH], text[STATUS];
  u64 number = 0;
  put_path(path, pid, "status", -1);
  if (read_file(path, text, sizeof text) > 0) {
    const char *digits = find_text(text, name);
    if (digits) read_number(digits, base, &number);
  }
  return number;
}

/* The process of a thread. */
int leader_of(int thread) {
  int leader = read_status(thread, "\nTgid:\t", 10);
  return leader ? leader : thread;
}

/* When a process was started, in ticks since the boot; 0 if it has ended. */
u64 start_of(int pid) {
  char path[PATH], text[1024];
  put_path(path, pid, "stat", -1);
  if (read_file(path, text, sizeof text) <= 0) return 0;
  /* The second field is the program's name, in parentheses, and may contain any character; the third is the state. */
  const char *end = text, *next;
  while ((next = find_text(end, ")"))) end = next;
  if (begins_with(end, " Z") || begins_with(end, " X")) return 0;
  u64 start = 0;
  for (int field = 2; field < 22 && (end = find_text(end, " ")); field++) continue;
  if (end) read_number(end, 10, &start);
  return start;
}

/* Whether a process is in our network and has our users: only then a socket of ours is as good as one of its own. */
int is_beside_us(int pid) {
  int self = CALL(getpid);
  const char *name = "ns/net";
  for (int i = 0; i < 2; i++) {
    char path[PATH], ours[PATH], theirs[PATH];
    put_path(path, self, name, -1);
    s64 length = read_link(path, ours, sizeof ours);
    put_path(path, pid, name, -1);
    if (read_link(path, theirs, sizeof theirs) != length || !is_equal(ours, theirs)) return 0;
    name = "ns/user";
  }
  return 1;
}

/* Whether we could open a privileged port that the process could not: it must not gain by us. */
int lacks_right(int pid, const union address *a) {
  if (__builtin_bswap16(a->v4.sin_port) >= 1024) return 0;
  u64 right = 1 << CAP_NET_BIND_SERVICE;
  return read_status(CALL(getpid), "\nCapEff:\t", 16) & right && !(read_status(pid, "\nCapEff:\t", 16) & right);
}
