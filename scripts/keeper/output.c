/* Lines to standard output. A reader that stalls loses lines, whole ones; it never stalls the keeper. */
#include "keeper.h"

enum { LINE = 640 };

void flush(struct keeper *k) {
  while (k->output_size) {
    s64 written = CALL(write, 1, k->output, k->output_size);
    if (written == -EAGAIN) return;
    if (written <= 0) written = k->output_size; /* nothing reads any more */
    k->output_size -= written;
    for (u64 i = 0; i < k->output_size; i++) k->output[i] = k->output[written + i];
  }
}

/* Says `WORD [PID] [TEXT]`: a pid of 0 and an empty text are not said. */
void say(struct keeper *k, const char *word, int pid, const char *text) {
  char line[LINE], *end = put(line, word);
  if (pid) end = put_number(put(end, " "), pid, 10);
  if (*text) end = put(put(end, " "), text);
  u64 size = put(end, "\n") - line;
  if (k->output_size + size > sizeof k->output) return;
  __builtin_memcpy(k->output + k->output_size, line, size);
  k->output_size += size;
  flush(k);
}

void say_address(struct keeper *k, const char *word, int pid, const union address *a) {
  char text[80];
  put_address(text, a);
  say(k, word, pid, text);
}
