/* Answers to the bind(2) and listen(2) of a gateway. */
#include "keeper.h"

static void answer(struct instance *i, u64 call, s64 error) {
  struct seccomp_notif_resp response = {.id = call, .error = error};
  CALL(ioctl, i->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/* The kernel carries the call out, as if it had not been asked about. */
static void pass(struct instance *i, u64 call) {
  struct seccomp_notif_resp response = {.id = call, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  CALL(ioctl, i->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/* Puts a socket of ours in place of the gateway's, with the flags that that had. Returns 0 or a negative errno; ENOENT
 * is no error of the gateway's: a signal has interrupted the call, and it is made again. */
static s64 substitute(struct instance *i, u64 call, const struct owned *s, int process, int number) {
  int flags = open_flags(process, number);
  CALL(fcntl, s->fd, F_SETFL, flags & O_NONBLOCK);
  struct seccomp_notif_addfd put = {call, SECCOMP_ADDFD_FLAG_SETFD, s->fd, number, flags & O_CLOEXEC};
  s64 result = CALL(ioctl, i->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &put);
  return result < 0 ? result : 0;
}

/* -- bind -- */

/* Says why an address cannot be shared between instances. */
static void say_unshared(struct keeper *k, struct instance *i, const char *protocol, const union address *a) {
  char text[112], *end = text;
  for (; *protocol && !begins_with(protocol, "v6"); protocol++) *end++ = *protocol | 0x20; /* in lower case */
  put_address(put(end, " "), a);
  say(k, "unshared", i->pid, text);
}

static void say_local(struct keeper *k, struct instance *i, const struct sockaddr_un *a, u32 size) {
  char text[480];
  if (size <= sizeof a->sun_family) return; /* the kernel chooses a name */
  put_local(put(text, "unix "), a, size);
  say(k, "unshared", i->pid, text);
}

static void say_refused(struct keeper *k, struct instance *i, const union address *a, s64 error) {
  char text[96];
  if (error == -EADDRINUSE) return say_address(k, "taken", i->pid, a);
  put_number(put(put_address(text, a), " "), -error, 10);
  say(k, "unbound", i->pid, text);
}

/* Whether the kernel or a security module forbids us to read of the gateway. Other errors are the gateway's own. */
static int is_denied(s64 error) {
  return error == -EPERM || error == -EACCES || error == -ENOSYS;
}

/* Whether the address is one that we share: TCP, with a port. Says so if it is not, but another instance could not have
 * it. Go's listeners are MPTCP where the kernel has that; such sockets have no groups, ours are plain TCP. */
static int is_shareable(struct keeper *k, struct instance *i, struct seccomp_notif *call, union address *a) {
  u32 size = call->data.args[2];
  if (size > sizeof *a) size = sizeof *a;
  struct iovec here = {a, size}, there = {(void *)call->data.args[1], size};
  s64 length = CALL(process_vm_readv, call->pid, &here, 1, &there, 1, 0);
  if (is_denied(length)) say(k, "unreadable", i->pid, "");
  if (length != size) return 0;
  if (a->family == AF_UNIX) say_local(k, i, &a->local, size);
  int is_v4 = a->family == AF_INET && size >= sizeof a->v4;
  int is_v6 = a->family == AF_INET6 && size >= __builtin_offsetof(struct sockaddr_in6, sin6_scope_id);
  if ((!is_v4 && !is_v6) || !a->v4.sin_port) return 0;

  char protocol[32];
  length = read_protocol(call->pid, call->data.args[0], protocol, sizeof protocol);
  if (is_denied(length)) say(k, "unreadable", i->pid, "");
  if (length < 0) return 0;
  const char *name = begins_with(protocol, "MP") ? protocol + 2 : protocol;
  if (is_equal(name, is_v6 ? "TCPv6" : "TCP") && is_beside_us(call->pid) && !lacks_right(call->pid, a)) return 1;
  say_unshared(k, i, name, a);
  return 0;
}

static void on_bind(struct keeper *k, struct instance *i, struct seccomp_notif *call) {
  union address a = {0};
  struct owned *s;
  if (!is_shareable(k, i, call, &a)) return pass(i, call->id);
  int number = call->data.args[0], process = leader_of(call->pid);
  s64 inode = socket_inode(process, number);
  s = inode > 0 ? find_socket(k, i, inode) : NULL;
  if (s) {
    /* Ours already: a signal came before our answer. Else it is an error, and the kernel knows which. */
    if (same_address(&s->address, &a)) return answer(i, call->id, 0);
    return pass(i, call->id);
  }
  /* The address holds only if it is still that process that waits. */
  if (CALL(ioctl, i->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id)) return;

  s64 error = provide_socket(k, i, &a, &s);
  if (error == -ENFILE || error == -EMFILE) {
    say_unshared(k, i, "tcp", &a);
    return pass(i, call->id);
  }
  if (!error) error = substitute(i, call->id, s, process, number);
  if (error == -ENOENT) return;
  if (error) {
    say_refused(k, i, &a, error);
  } else {
    give(s, i, process, number);
    say_address(k, "bound", i->pid, &a);
  }
  answer(i, call->id, error);
}

/* -- listen -- */

/* Whether this is the service, whose instance waits for `go` before it listens. */
static int is_service(struct keeper *k, const struct owned *s) {
  if (s->instance->port) return __builtin_bswap16(s->address.v4.sin_port) == s->instance->port;
  for EACH_SOCKET(k, o) {
    if (o != s && o->instance == s->instance && (o->has_listened || o->is_held)) return 0;
  }
  return 1;
}

/* Where connections wait for an instance, this one gets that queue in place of its own. */
static s64 adopt_queue(struct keeper *k, struct owned **s, u64 call) {
  struct owned *own = *s, *waiting = own->is_listening ? NULL : find_waiting(k, &own->address);
  if (!waiting) return 0;
  s64 error = substitute(own->instance, call, waiting, own->process, own->number);
  if (error) return error;
  replace(own, waiting);
  *s = waiting;
  return 0;
}

/* Lets a listen(2) succeed. */
static void serve(struct keeper *k, struct owned *s, u64 call, int backlog) {
  struct instance *i = s->instance;
  s->is_held = 0;
  s64 error = adopt_queue(k, &s, call);
  if (error == -ENOENT) return;
  if (!error) error = open_queue(k, s, backlog);
  if (error) {
    say_refused(k, i, &s->address, error);
  } else {
    steer(k, &s->address);
    if (!s->has_listened && i->turn && is_service(k, s)) say_address(k, "serving", i->pid, &s->address);
    s->has_listened = 1;
  }
  answer(i, call, error);
}

static void on_listen(struct keeper *k, struct instance *i, struct seccomp_notif *call) {
  s64 inode = socket_inode(call->pid, call->data.args[0]);
  struct owned *s = inode > 0 ? find_socket(k, i, inode) : NULL;
  int backlog = call->data.args[1];
  if (!s) return pass(i, call->id);
  if (i->turn || !is_service(k, s)) return serve(k, s, call->id, backlog);
  if (!s->is_held) say_address(k, "listening", i->pid, &s->address);
  s->is_held = 1;
  s->call = call->id; /* another one if a signal came in between */
  s->backlog = backlog;
}

/* Moves new connections of all addresses of an instance to it, and lets it listen. */
void let_go(struct keeper *k, struct instance *i) {
  i->turn = ++k->turns;
  for EACH_SOCKET(k, s) {
    if (s->instance != i) continue;
    s->turn = i->turn;
    if (s->is_held) serve(k, s, s->call, s->backlog);
    else if (s->is_listening) steer(k, &s->address);
  }
}

void answer_call(struct keeper *k, struct instance *i) {
  struct seccomp_notif call = {0};
  if (CALL(ioctl, i->listener, SECCOMP_IOCTL_NOTIF_RECV, &call)) return;
  /* A child may outlive its gateway: what it opens is not the gateway's. */
  if (i->has_ended) pass(i, call.id);
  else if (call.data.nr == __NR_bind) on_bind(k, i, &call);
  else on_listen(k, i, &call);
}
