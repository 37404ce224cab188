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

/* Signals to a whole group or session are for the gateways, which need the keeper to their end. */
static void block_signals(void) {
  u64 all = ~0ul;
  CALL(rt_sigprocmask, SIG_SETMASK, &all, NULL, SIGNAL_SET_SIZE);
}

enum kind { OUTPUT, DOOR, LAUNCHER, INSTANCE_CALL, INSTANCE_END, INPUT };

/* Files that the loop waits for, and no empty places: poll(2) takes no more of them than files may be open. */
struct events {
  u32 count;
  struct pollfd fds[3 + LAUNCHERS + 2 * INSTANCES];
  struct {
    enum kind kind;
    int place;
  } sources[3 + LAUNCHERS + 2 * INSTANCES];
};

static void expect(struct events *e, enum kind kind, int place, int fd) {
  e->fds[e->count] = (struct pollfd){fd, kind == OUTPUT ? POLLOUT : POLLIN, 0};
  e->sources[e->count].kind = kind;
  e->sources[e->count++].place = place;
}

static void collect(struct keeper *k, int door, struct events *e) {
  e->count = 0;
  if (k->output_size) expect(e, OUTPUT, 0, 1);
  for (int n = 0; n < INSTANCES; n++) {
    struct instance *i = &k->instances[n];
    if (i->process) expect(e, INSTANCE_END, n, i->process);
    if (i->listener) expect(e, INSTANCE_CALL, n, i->listener);
  }
  for (int n = 0; n < LAUNCHERS; n++) {
    if (k->launchers[n]) expect(e, LAUNCHER, n, k->launchers[n]);
  }
  if (door >= 0 && k->accept_at <= now()) expect(e, DOOR, 0, door);
  /* The last one: a place that a command frees, and another one takes, must not get the events of the first. */
  if (k->has_input) expect(e, INPUT, 0, 0);
}

static void earlier(s64 *first, s64 at) {
  if (at && (!*first || at < *first)) *first = at;
}

/* Time until something is due, in milliseconds; -1 if nothing is. */
static s64 time_left(struct keeper *k) {
  s64 first = 0;
  earlier(&first, k->check_at);
  if (k->accept_at > now()) earlier(&first, k->accept_at);
  if (k->kill_at) earlier(&first, now() + END_POLL_MS);
  for EACH_SOCKET(k, s) {
    if (!s->instance) earlier(&first, s->close_at);
  }
  s64 left = first - now();
  return !first ? -1 : left < 0 ? 0 : left;
}

static void on_input(struct keeper *k) {
  read_commands(k);
  if (!k->has_input && !k->has_bye) end_all(k);
}

static void on_call(struct keeper *k, struct instance *i, int revents) {
  if (revents & POLLIN) answer_call(k, i);
  else on_last_process_end(k, i);
}

static void handle(struct keeper *k, int door, struct events *e) {
  for (u32 n = 0; n < e->count; n++) {
    int place = e->sources[n].place, fd = e->fds[n].fd, revents = e->fds[n].revents;
    struct instance *i = &k->instances[place];
    if (!revents) continue;
    switch (e->sources[n].kind) {
      case OUTPUT: flush(k); break;
      case DOOR: accept_launcher(k, door); break;
      case LAUNCHER: read_launcher(k, &k->launchers[place]); break;
      case INSTANCE_CALL: if (i->listener == fd) on_call(k, i, revents); break;
      case INSTANCE_END: if (i->process == fd) on_process_end(k, i); break;
      case INPUT: on_input(k); break;
    }
  }
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
    if (wait_for(e.fds, e.count, time_left(k)) > 0) handle(k, door, &e);
  }
}

int keep(int argc, char **argv) {
  u64 queue_ms, kill_ms;
  if (argc < 3 || argc > 4 || !is_number(argv[1], &queue_ms) || !is_number(argv[2], &kill_ms)) return EXIT_USAGE;
  struct keeper k = {.has_input = 1, .queue_ms = queue_ms, .kill_ms = kill_ms};
  if (argc > 3 && *argv[3]) k.folder = argv[3];
  block_signals();
  CALL(prctl, PR_SET_NAME, "krakend-keeper"); /* in the static file it would be "exe" */
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
