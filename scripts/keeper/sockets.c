/* The listening sockets, and which of them gets new connections.
 *
 * All sockets of an address are in one SO_REUSEPORT group, whose program names the member that gets each new connection
 * by its index. The kernel appends new members; when one goes, the last one takes its index. */
#include "keeper.h"

enum { FAST_MS = 2, FAST_FOR_MS = 100, ENDING_MS = 20, BOUND_MS = 100, LISTENING_MS = 1000 };

static void set_option(int fd, int level, int name, int value) {
  CALL(setsockopt, fd, level, name, &value, sizeof value);
}

/* -- The group of an address -- */

static u32 count_group(struct keeper *k, const union address *a) {
  u32 count = 0;
  for EACH_SOCKET(k, s) count += s->is_listening && same_address(&s->address, a);
  return count;
}

static void attach_program(int fd, u32 index) {
  struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, index);
  struct sock_fprog program = {1, &code};
  CALL(setsockopt, fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

/* The order in which connections are given: to an instance, then to the queue of one that has died, which waits for the
 * next one; to an instance that is to end only if there is nothing else. */
static int rank_of(const struct owned *s) {
  if (!s->instance) return 1;
  return s->instance->ending_since ? 0 : 2;
}

static int is_before(const struct owned *a, const struct owned *b) {
  if (rank_of(a) != rank_of(b)) return rank_of(a) > rank_of(b);
  return a->turn != b->turn ? a->turn > b->turn : a->index < b->index;
}

/* Sends new connections to the instance that was let go last, of those that are first by rank. */
void steer(struct keeper *k, const union address *a) {
  struct owned *to = NULL;
  for EACH_SOCKET(k, s) {
    if (s->is_listening && same_address(&s->address, a) && (!to || is_before(s, to))) to = s;
  }
  if (to) attach_program(to->fd, to->index);
}

/* Listens. Connections go on to the one that has them. Returns 0 or a negative errno. */
s64 open_queue(struct keeper *k, struct owned *s, int backlog) {
  if (s->is_listening) return CALL(listen, s->fd, backlog);
  s->index = count_group(k, &s->address);
  /* Another program of this user could share the address with us: that is a conflict, as ever, and in the group it would
   * get the connections of the index that we take for ours. */
  if (has_stranger(k, &s->address)) return -EADDRINUSE;
  s64 error = CALL(listen, s->fd, backlog);
  s->is_listening = !error;
  return error;
}

/* Closes our descriptor of a socket, and no more. */
static void discard(struct owned *s) {
  CALL(close, s->fd);
  *s = (struct owned){0};
}

/* Takes a socket out of its group, and resets what waits in its queue. */
static void close_queue(struct keeper *k, struct owned *s) {
  union address a = s->address;
  u32 last = count_group(k, &a) - 1;
  CALL(shutdown, s->fd, SHUT_RDWR);
  for EACH_SOCKET(k, o) {
    if (o->is_listening && o->index == last && same_address(&o->address, &a)) o->index = s->index;
  }
  discard(s);
  steer(k, &a);
  if (!last) say_address(k, "closed", 0, &a);
}

/* -- Whose they are -- */

struct owned *find_socket(struct keeper *k, const struct instance *i, u64 inode) {
  for EACH_SOCKET(k, s) {
    if (s->instance == i && s->inode == inode) return s;
  }
  return NULL;
}

/* The queue at this address that waits for an instance, if none has the connections. */
struct owned *find_waiting(struct keeper *k, const union address *a) {
  struct owned *waiting = NULL;
  for EACH_SOCKET(k, s) {
    if (!s->is_listening || !same_address(&s->address, a)) continue;
    if (rank_of(s) == 2) return NULL;
    if (rank_of(s) == 1 && (!waiting || s->turn > waiting->turn)) waiting = s;
  }
  return waiting;
}

/* Whether a socket of ours has the port, at any address. */
static int has_port(struct keeper *k, const union address *a) {
  for EACH_SOCKET(k, s) {
    if (s->address.v4.sin_port == a->v4.sin_port) return 1;
  }
  return 0;
}

static s64 create_socket(struct keeper *k, const union address *a) {
  s64 fd = CALL(socket, a->family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  /* The gateway's choice cannot be read. Go's is off, but for "tcp6". */
  if (a->family == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  /* It is shared with our own sockets only: what another program has, or another keeper, is in use, as ever. */
  set_option(fd, SOL_SOCKET, SO_REUSEPORT, has_port(k, a));
  s64 error = CALL(bind, fd, a, address_size(a));
  set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (!error) return fd;
  CALL(close, fd);
  return error;
}

/* Finds or makes the socket for a bind(2) of an instance. Returns 0 or a negative errno. */
s64 provide_socket(struct keeper *k, struct instance *i, const union address *a, struct owned **result) {
  struct owned *own = NULL, *free = NULL;
  for (struct owned *s = k->sockets; s < k->sockets + SOCKETS; s++) {
    if (!s->fd) {
      free = s;
    } else if (s->instance == i && overlaps(&s->address, a)) {
      /* A second listener in one gateway conflicts, as ever; a listener that was closed and is opened again does not. */
      if (has_open(s->process, s->number, s->inode)) return -EADDRINUSE;
      if (s->is_listening && same_address(&s->address, a)) own = s;
    }
  }
  *result = own;
  if (own) return 0;
  if (!free) return -ENFILE;
  s64 fd = create_socket(k, a);
  if (fd < 0) return fd;
  *free = (struct owned){.fd = fd, .inode = socket_inode(CALL(getpid), fd), .address = *a};
  *result = free;
  return 0;
}

/* The socket is this instance's from now on, by this descriptor of this process. */
void give(struct owned *s, struct instance *i, int process, int number) {
  s->instance = i;
  s->turn = i->turn;
  s->process = process;
  s->number = number;
  s->has_listened = 0;
  s->close_at = 0;
}

/* The instance has this queue in place of its own socket, by the same descriptor. */
void replace(struct owned *s, struct owned *by) {
  give(by, s->instance, s->process, s->number);
  discard(s);
}

/* Its instance has it no longer. Unless that was ended on purpose, clients may wait for the next one. */
void drop(struct keeper *k, struct owned *s) {
  s->close_at = now() + (s->instance->ending_since ? 0 : k->queue_ms);
  s->instance = NULL;
  s->is_held = 0;
}

/* -- As time goes by -- */

static s64 interval_of(const struct owned *s) {
  s64 since = s->instance->ending_since;
  if (since) return now() - since < FAST_FOR_MS ? FAST_MS : ENDING_MS;
  return s->is_listening ? LISTENING_MS : BOUND_MS;
}

/* Finds out which sockets the gateways have closed: there is no event for it. shutdown(2) before that would make their
 * accept(2) fail; and one that has become a connection instead ends only when we have closed it, too. */
void check_descriptors(struct keeper *k) {
  s64 interval = 0;
  int is_due = k->check_at && k->check_at <= now();
  for EACH_SOCKET(k, s) {
    if (!s->instance) continue;
    if (is_due && !has_open(s->process, s->number, s->inode)) {
      drop(k, s);
      continue;
    }
    if (!interval || interval_of(s) < interval) interval = interval_of(s);
  }
  if (!interval) k->check_at = 0;
  else if (is_due || !k->check_at || now() + interval < k->check_at) k->check_at = now() + interval;
}

/* Closes queues that no instance has: at once if another has the address, else when their time is over. */
void close_abandoned(struct keeper *k) {
  for EACH_SOCKET(k, s) {
    if (s->instance) continue;
    if (!s->is_listening) discard(s);
    else if (s->close_at <= now() || !find_waiting(k, &s->address)) close_queue(k, s);
  }
}
