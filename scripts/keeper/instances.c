/* The instances: how they come, and how they go. */
#include "keeper.h"

enum { RETRY_MS = 100 };

/* The instance of a process that lives; NULL if there is none. A pid of the past may be another's by now. */
struct instance *find_instance(struct keeper *k, int pid) {
  for EACH_INSTANCE(k, i) {
    if (i->pid == pid && !i->has_ended) return i;
  }
  return NULL;
}

/* Makes room: forgets what has ended unseen, and at last the children of an instance that has ended, whose calls fail
 * with ENOSYS then. */
static struct instance *find_place(struct keeper *k) {
  struct instance *last = NULL;
  for (struct instance *i = k->instances; i < k->instances + INSTANCES; i++) {
    if (i->pid && !i->process && !i->listener && start_of(i->pid) != i->started) *i = (struct instance){0};
    if (!i->pid) return i;
    if (i->has_ended) last = i;
  }
  if (last) on_last_process_end(k, last);
  return last;
}

/* Has a process ended with the supervisor. Returns NULL if it does not live, or there is no room. */
struct instance *enter_process(struct keeper *k, int pid) {
  struct instance *i = find_instance(k, pid);
  if (i) return i;
  /* A signal to process 1 as a group would go to all processes. */
  s64 process = pid > 1 ? CALL(pidfd_open, pid, 0) : -EINVAL;
  u64 started = start_of(pid);
  if (process < 0 && (process == -EINVAL || process == -ESRCH || !started)) return NULL;
  i = find_place(k);
  if (!i && process > 0) CALL(close, process);
  if (i) *i = (struct instance){.pid = pid, .process = process > 0 ? process : 0, .started = started};
  return i;
}

/* Frees its place, unless its group is still to be ended. */
static void forget(struct instance *i) {
  if (!i->has_been_sent) *i = (struct instance){0};
}

/* The gateway has ended; a child of it may live on, and still make calls. */
void on_process_end(struct keeper *k, struct instance *i) {
  for EACH_SOCKET(k, s) {
    if (s->instance == i) drop(k, s);
  }
  if (i->process) CALL(close, i->process);
  i->process = 0;
  i->has_ended = 1;
  if (i->listener) say(k, "gone", i->pid, "");
  else forget(i);
}

/* No process that could make calls is left. */
void on_last_process_end(struct keeper *k, struct instance *i) {
  CALL(close, i->listener);
  if (!i->has_ended) on_process_end(k, i);
  i->listener = 0;
  forget(i);
}

/* -- Launchers: see launch.c -- */

static void send_byte(int connection) {
  CALL(sendto, connection, "k", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static struct ucred peer_of(int connection) {
  struct ucred peer = {.pid = 0, .uid = -1};
  u32 size = sizeof peer;
  CALL(getsockopt, connection, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return peer;
}

/* A launcher of the same user is answered with a byte; anyone else, or all when no instance can be kept, with the end of
 * the connection. Of those that send nothing the oldest gives way. */
void accept_launcher(struct keeper *k, int door) {
  s64 connection = CALL(accept4, door, NULL, NULL, SOCK_CLOEXEC);
  if (connection == -EMFILE || connection == -ENFILE) k->accept_at = now() + RETRY_MS;
  if (connection < 0) return;
  if (!k->is_able || !k->has_input || peer_of(connection).uid != (u32)CALL(getuid)) {
    CALL(close, connection);
    return;
  }
  int *place = &k->launchers[k->launcher_count++ % LAUNCHERS];
  if (*place) CALL(close, *place);
  *place = connection;
  send_byte(connection);
}

/* Receives the port and the listener. Returns the listener, or -1. */
static int receive(int connection, u16 *port) {
  struct descriptor_message control = {.descriptor = -1};
  struct iovec data = {port, sizeof *port};
  struct msghdr message = {.data = &data, .data_count = 1, .control = &control, .control_length = DESCRIPTOR_MESSAGE_LENGTH};
  s64 size = CALL(recvmsg, connection, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  u64 none = 0;
  int is_listener = CALL(ioctl, control.descriptor, SECCOMP_IOCTL_NOTIF_ID_VALID, &none) == -ENOENT;
  if (size == sizeof *port && is_listener) return control.descriptor;
  if (control.descriptor >= 0) CALL(close, control.descriptor);
  return -1;
}

/* Whether the launcher still waits: then its pid is still its own. */
static int is_there(int connection) {
  struct pollfd event = {connection, POLLIN, 0};
  return wait_for(&event, 1, 0) == 0;
}

void read_launcher(struct keeper *k, int *place) {
  u16 port;
  int connection = *place, listener = receive(connection, &port);
  struct instance *i = listener >= 0 && k->has_input ? enter_process(k, peer_of(connection).pid) : NULL;
  if (i && i->process && !i->listener && is_there(connection)) {
    i->listener = listener;
    i->port = port;
    say(k, "joined", i->pid, "");
    send_byte(connection);
  } else if (listener >= 0) {
    CALL(close, listener);
  }
  CALL(close, connection);
  *place = 0;
}
