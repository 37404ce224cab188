/* Other programs at an address of ours. With SO_REUSEPORT one of the same user can join our group of sockets, and the
 * order in the group, by which connections are sent, would no longer be known. */
#include "keeper.h"

enum { KEY = 48, CHUNK = 4096 };

static char *put_padded(char *to, u32 number, int width) {
  while (width--) *to++ = "0123456789ABCDEF"[number >> 4 * width & 15];
  *to = 0;
  return to;
}

/* The address as /proc/net/tcp has it: words of 32 bits in the machine's order, then the port. */
static void put_key(char *to, const union address *a) {
  const u32 *words = a->family == AF_INET ? &a->v4.sin_addr.s_addr : a->v6.sin6_addr.s6_addr32;
  for (int i = 0; i < (a->family == AF_INET ? 1 : 4); i++) to = put_padded(to, words[i], 8);
  put(put_padded(put(to, ":"), __builtin_bswap16(a->v4.sin_port), 4), " ");
}

static const char *next_field(const char *field) {
  while (*field && *field != ' ') field++;
  while (*field == ' ') field++;
  return field;
}

/* Reads a line `NUMBER: LOCAL REMOTE STATE QUEUES TIMER RETRIES UID TIMEOUT INODE ...`. Returns the inode if LOCAL is the
 * key, else 0; -1 if the socket does not listen. */
static s64 match(const char *line, const char *key) {
  const char *local = find_text(line, ": ");
  if (!local) return 0; /* the heading */
  const char *field = next_field(next_field(local));
  if (begins_with(field, "07 ")) return 0; /* closed a moment ago */
  if (!begins_with(field, "0A ")) return -1;
  if (!begins_with(local, key)) return 0;
  u64 inode = 0;
  for (int i = 0; i < 6; i++) field = next_field(field);
  read_number(field, 10, &inode);
  return inode;
}

static int is_ours(struct keeper *k, u64 inode) {
  for EACH_SOCKET(k, s) {
    if (s->inode == inode) return 1;
  }
  return 0;
}

/* Whether another program listens on the address. The kernel lists listeners first: the rest is not read. Of a list that
 * changes while it is read, lines come twice, so that to count them would be wrong. */
int has_stranger(struct keeper *k, const union address *a) {
  char key[KEY], text[CHUNK];
  int found = 0;
  u64 size = 0;
  put_key(key, a);
  s64 file = CALL(openat, AT_FDCWD, a->family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6", O_RDONLY | O_CLOEXEC), n;
  while (file >= 0 && !found && (n = CALL(read, file, text + size, sizeof text - size)) > 0) {
    u64 line = 0;
    size += n;
    for (u64 i = 0; i < size; i++) {
      if (text[i] != '\n') continue;
      text[i] = 0;
      s64 inode = match(text + line, key);
      if (inode < 0) {
        CALL(close, file);
        return found;
      }
      if (inode && !is_ours(k, inode)) found = 1;
      line = i + 1;
    }
    for (u64 i = line; i < size; i++) text[i - line] = text[i];
    size -= line;
  }
  if (file >= 0) CALL(close, file);
  return found;
}
