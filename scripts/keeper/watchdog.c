/* The end of the supervisor is the end of its processes, and of its private folder. */
#include "keeper.h"

enum { KILLED_MS = 1000 };

/* Whether the number, of a process that has ended, is still that of its group. It is not given to others as long as it is. */
static int has_group(int pid) {
  return CALL(kill, -pid, 0) != -ESRCH;
}

static int has_process_ended(struct instance *i) {
  if (i->has_ended) return 1;
  if (!i->process) return start_of(i->pid) != i->started;
  struct pollfd event = {i->process, POLLIN, 0};
  return wait_for(&event, 1, 0) > 0;
}

static void send(struct instance *i, int signal) {
  if (CALL(kill, -i->pid, signal) != -ESRCH || has_process_ended(i)) return;
  /* It leads no group. */
  if (i->process) CALL(pidfd_send_signal, i->process, signal, NULL, 0);
  else CALL(kill, i->pid, signal);
}

/* Sends SIGTERM to all, for SIGKILL later. No client waits for a successor that does not come, and whoever starts the
 * gateway again finds the port free. */
void end_all(struct keeper *k) {
  for EACH_INSTANCE(k, i) {
    begin_end(k, i);
    if (has_process_ended(i)) continue;
    i->has_been_sent = 1;
    send(i, SIGTERM);
  }
  for EACH_SOCKET(k, s) {
    if (!s->instance) s->close_at = now();
  }
  k->kill_at = now() + k->kill_ms;
}

/* Whether all have ended, with their groups. Sends SIGKILL when it is time, and waits little longer. */
int have_ended(struct keeper *k) {
  int must_kill = now() >= k->kill_at, living = 0;
  for EACH_INSTANCE(k, i) {
    if (!i->has_been_sent || (has_process_ended(i) && !has_group(i->pid))) {
      i->has_been_sent = 0;
      continue;
    }
    living++;
    if (must_kill) send(i, SIGKILL);
  }
  return !living || now() >= k->kill_at + KILLED_MS;
}
