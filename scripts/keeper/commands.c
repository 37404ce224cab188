/* Commands from standard input, one a line. Others are passed over. */
#include "keeper.h"

/* Connections go to another instance if there is one; a queue is not kept. */
void begin_end(struct keeper *k, struct instance *i) {
  if (i->ending_since) return;
  i->ending_since = now();
  for EACH_SOCKET(k, s) {
    if (s->instance == i && s->is_listening) steer(k, &s->address);
  }
}

static void carry_out(struct keeper *k, const char *line) {
  u64 pid = 0;
  const char *number = find_text(line, " ");
  if (is_equal(line, "bye")) k->has_bye = 1;
  if (!number || !is_number(number, &pid) || pid > 1 << 30) return;

  if (begins_with(line, "watch ")) enter_process(k, pid);
  struct instance *i = find_instance(k, pid);
  if (!i) return;
  if (begins_with(line, "go ")) let_go(k, i);
  if (begins_with(line, "end ")) begin_end(k, i);
  if (begins_with(line, "unwatch ") && !i->listener) on_process_end(k, i);
}

/* Reads what is there. Only whole lines count: the last one of a supervisor that dies may be cut anywhere. */
void read_commands(struct keeper *k) {
  char bytes[512];
  s64 count = CALL(read, 0, bytes, sizeof bytes);
  if (count == -EAGAIN || count == -EINTR) return;
  if (count <= 0) k->has_input = 0;
  for (s64 i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      /* A line that is too long has lost its end, and is none of ours. */
      int is_whole = k->command_size < sizeof k->command;
      if (is_whole) k->command[k->command_size] = 0;
      k->command_size = 0;
      if (is_whole) carry_out(k, k->command);
    } else {
      if (k->command_size < sizeof k->command) k->command[k->command_size++] = bytes[i];
    }
  }
}
