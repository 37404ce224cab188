/* What stands in the segment, memory of our own, and the last words. */
#include "launcher.h"

enum { CANNOT_RUN = 127 };

/* What stands at an offset from the header. */
const char *text_at(u64 offset) {
  return (const char *)&header + offset;
}

void *map_memory(u64 size) {
  s64 memory = CALL(mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (has_failed(memory)) die("cannot get memory", memory);
  return (void *)memory;
}

/* Says what went wrong and exits as a shell does for a program that cannot be run. An error is a negative errno, or 0. */
void die(const char *reason, s64 error) {
  char message[256];
  char *end = put(put(message, "static launcher: "), reason);
  if (error) end = put_number(put(end, ", errno "), -error, 10);
  end = put(end, "\n");
  /* The message may go to a file that may not grow: no signal must take the exit code's place. */
  u64 all = ~0ul;
  CALL(rt_sigprocmask, SIG_BLOCK, &all, NULL, SIGNAL_SET_SIZE);
  CALL(write, 2, message, end - message);
  for (;;) CALL(exit_group, CANNOT_RUN);
}
