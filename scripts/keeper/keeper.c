/* keep SOCKET QUEUE_MS KILL_MS [FOLDER]: owns the listening TCP sockets of all instances of a gateway, and ends these if
 * the supervisor dies. README.md has the protocol, and how a handover runs. */
#include "keeper.h"

enum { PENDING_LAUNCHERS = 64, END_POLL_MS = 20 };

/* Opens the socket for launchers. Returns it, or a negative errno. */
static s64 open_door(const char *name) {
  struct sockaddr_un address;
  u32 size = read_local(&address, name);
  if (!size) return -ENAMETOOLONG;
  s64 door = CALL(socket, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (door < 0) return door;
  s64 error = CALL(bind, door, &address, size);
  if (!error) error = CALL(listen, door, PENDING_LAUNCHERS);
  if (!error) return door;
  CALL(close, door);
  return error;
}

/* What is sent to a whole group or session is for the gateways. They need the keeper to the end, and so does a stalled
 * terminal: all signals stay pending. */
static void block_signals(void) {
  u64 all = ~0ul;
  CALL(rt_sigprocmask, SIG_SETMASK, &all, NULL, SIGNAL_SET_SIZE);
}

/* What the loop waits for. */
struct events {
  struct pollfd input, output, door;
  struct pollfd launchers[LAUNCHERS], calls[INSTANCES], processes[INSTANCES];
};

static struct pollfd event(int is_wanted, s64 fd, int kind) {
  return (struct pollfd){is_wanted ? fd : -1, kind, 0};
}

static void collect(struct keeper *k, int door, struct events *e) {
  e->input = event(k->has_input, 0, POLLIN);
  e->output = event(k->output_size > 0, 1, POLLOUT);
  e->door = event(k->accept_at <= now(), door, POLLIN);
  for (int n = 0; n < LAUNCHERS; n++) e->launchers[n] = event(k->launchers[n], k->launchers[n], POLLIN);
  for (int n = 0; n < INSTANCES; n++) {
    struct instance *i = &k->instances[n];
    e->calls[n] = event(i->listener, i->listener, POLLIN);
    e->processes[n] = event(i->process, i->process, POLLIN);
  }
}

static void earlier(s64 *first, s64 at) {
  if (at && (!*first || at < *first)) *first = at;
}

/* How long until something is due, in milliseconds; -1 if nothing is. */
static s64 time_left(struct keeper *k) {
  s64 first = 0;
  earlier(&first, k->check_at);
  if (k->accept_at > now()) earlier(&first, k->accept_at);
  if (k->kill_at) earlier(&first, now() + END_POLL_MS);
  for (struct owned *s = k->sockets; s < k->sockets + SOCKETS; s++) {
    if (s->fd && !s->instance) earlier(&first, s->close_at);
  }
  s64 left = first - now();
  return !first ? -1 : left < 0 ? 0 : left;
}

static void on_input(struct keeper *k) {
  read_commands(k);
  if (!k->has_input && !k->has_bye) end_all(k);
}

static void handle(struct keeper *k, int door, struct events *e) {
  if (e->output.revents) flush(k);
  if (e->input.revents) on_input(k);
  for (int n = 0; n < INSTANCES; n++) {
    struct instance *i = &k->instances[n];
    if (e->processes[n].revents && i->process == e->processes[n].fd) on_process_end(k, i);
    if (e->calls[n].revents && i->listener == e->calls[n].fd) {
      if (e->calls[n].revents & POLLIN) answer_call(k, i);
      else on_last_process_end(k, i);
    }
  }
  for (int n = 0; n < LAUNCHERS; n++) {
    if (e->launchers[n].revents && k->launchers[n] == e->launchers[n].fd) read_launcher(k, &k->launchers[n]);
  }
  if (e->door.revents) accept_launcher(k, door);
}

/* Without its input the keeper has nothing to do but to end the rest. */
static int is_over(struct keeper *k) {
  if (k->has_input) return 0;
  if (k->has_bye) return 1;
  if (!have_ended(k)) return 0;
  if (k->folder) remove_folder(k->folder);
  return 1;
}

static void run(struct keeper *k, int door) {
  while (!is_over(k)) {
    struct events e;
    check_descriptors(k);
    close_abandoned(k);
    collect(k, door, &e);
    if (wait_for((struct pollfd *)&e, sizeof e / sizeof(struct pollfd), time_left(k)) > 0) handle(k, door, &e);
  }
}

int keep(int argc, char **argv) {
  u64 queue_ms, kill_ms;
  if (argc < 3 || argc > 4 || *read_number(argv[1], 10, &queue_ms) || *read_number(argv[2], 10, &kill_ms)) return EXIT_USAGE;
  struct keeper k = {.has_input = 1, .queue_ms = queue_ms, .kill_ms = kill_ms};
  if (argc > 3 && *argv[3]) k.folder = argv[3];
  block_signals();
  CALL(fcntl, 1, F_SETFL, CALL(fcntl, 1, F_GETFL) | O_NONBLOCK);

  /* Before all else, so that launchers find it. */
  s64 door = open_door(argv[0]);
  const char *obstacle = door < 0 ? "socket" : find_obstacle();
  k.is_able = !obstacle;
  if (obstacle) say(&k, "unable", 0, obstacle);
  else say(&k, "ready", 0, "");
  run(&k, door);
  return 0;
}
