/* Addresses: how they compare, and how they are written. */
#include "keeper.h"

u32 address_size(const union address *a) {
  return a->family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

static int same_host(const union address *a, const union address *b) {
  if (a->family == AF_INET) return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
  for (int i = 0; i < 4; i++) {
    if (a->v6.sin6_addr.s6_addr32[i] != b->v6.sin6_addr.s6_addr32[i]) return 0;
  }
  return a->v6.sin6_scope_id == b->v6.sin6_scope_id;
}

/* Whether both are one address and port. The port is at the same place in both families. */
int same_address(const union address *a, const union address *b) {
  return a->family == b->family && a->v4.sin_port == b->v4.sin_port && same_host(a, b);
}

static int is_wildcard(const union address *a) {
  union address any = {.family = a->family};
  return same_host(a, &any);
}

/* Whether one program could not listen on both. Between families that depends on IPV6_V6ONLY, which cannot be read. */
int overlaps(const union address *a, const union address *b) {
  if (a->family != b->family || a->v4.sin_port != b->v4.sin_port) return 0;
  return same_host(a, b) || is_wildcard(a) || is_wildcard(b);
}

static u32 word_of(const union address *a, int i) {
  const u8 *bytes = a->v6.sin6_addr.s6_addr;
  return bytes[2 * i] << 8 | bytes[2 * i + 1];
}

static int zeros_from(const union address *a, int i) {
  int count = 0;
  while (i + count < 8 && !word_of(a, i + count)) count++;
  return count;
}

/* As RFC 5952 has it: the longest run of zeros is written as "::". */
static char *put_v6(char *to, const union address *a) {
  int gap = 0, i = 0;
  for (int at = 0; at < 8; at++) {
    if (zeros_from(a, at) > zeros_from(a, gap)) gap = at;
  }
  int skipped = zeros_from(a, gap);
  if (skipped < 2) gap = 8;
  while (i < 8) {
    if (i == gap) {
      to = put(to, "::");
      i += skipped;
    } else {
      if (i && i != gap + skipped) to = put(to, ":");
      to = put_number(to, word_of(a, i++), 16);
    }
  }
  return to;
}

/* HOST:PORT, with brackets around an IPv6 address. */
char *put_address(char *to, const union address *a) {
  if (a->family == AF_INET) {
    const u8 *bytes = (const u8 *)&a->v4.sin_addr;
    for (int i = 0; i < 4; i++) to = put_number(put(to, i ? "." : ""), bytes[i], 10);
  } else {
    to = put_v6(put(to, "["), a);
    if (a->v6.sin6_scope_id) to = put_number(put(to, "%"), a->v6.sin6_scope_id, 10);
    to = put(to, "]");
  }
  return put_number(put(to, ":"), __builtin_bswap16(a->v4.sin_port), 10);
}

/* The path of a unix socket, or its abstract name behind '@'. What could break a line of ours is written as \xNN. */
char *put_local(char *to, const struct sockaddr_un *a, u32 size) {
  u32 length = size - __builtin_offsetof(struct sockaddr_un, sun_path);
  const char *path = a->sun_path;
  if (!*path) to = put(to, "@");
  for (u32 i = !*path; i < length && (path[i] || !*path); i++) {
    u8 byte = path[i];
    if (byte > ' ' && byte != 0x7f && byte != '\\') {
      *to++ = byte;
      *to = 0;
    } else {
      to = put_number(put(to, byte < 0x10 ? "\\x0" : "\\x"), byte, 16);
    }
  }
  return to;
}

/* Reads a path, or an abstract name behind '@'. Returns the size of the address; 0 if it is too long. */
u32 read_local(struct sockaddr_un *a, const char *name) {
  u64 length = length_of(name), start = __builtin_offsetof(struct sockaddr_un, sun_path);
  if (!length || length >= sizeof a->sun_path) return 0;
  *a = (struct sockaddr_un){.sun_family = AF_UNIX};
  __builtin_memcpy(a->sun_path, name, length);
  if (*name != '@') return start + length + 1;
  a->sun_path[0] = 0;
  return start + length;
}
