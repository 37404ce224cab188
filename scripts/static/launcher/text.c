/* Strings, memory, and the last words. */
#include "launcher.h"

/* What stands at an offset from the header. */
const char *text_at(u64 offset) {
  return (const char *)&header + offset;
}

u64 text_length(const char *text) {
  u64 length = 0;
  while (text[length]) length++;
  return length;
}

int text_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

int text_starts_with(const char *text, const char *prefix) {
  while (*prefix && *text == *prefix) text++, prefix++;
  return !*prefix;
}

/* Both return the end, so that more can be appended. */
char *append(char *to, const char *text) {
  while ((*to = *text++)) to++;
  return to;
}

char *append_number(char *to, u64 number) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) *to++ = digits[--count];
  *to = 0;
  return to;
}

void *map_memory(u64 size) {
  s64 memory = SYSCALL6(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (FAILED(memory)) die("cannot get memory", memory);
  return (void *)memory;
}

/* Says what went wrong and leaves as a shell does for a program that cannot be run. An error is a negative errno, or 0. */
void die(const char *what, s64 error) {
  char message[256];
  char *end = append(append(message, "static launcher: "), what);
  if (error) end = append_number(append(end, ", errno "), (u64)-error);
  *end++ = '\n';
  /* The message may go to a file that may not grow: no signal must take the exit code's place. */
  u64 all = ~0ul;
  SYSCALL4(SYS_rt_sigprocmask, 0, &all, 0, sizeof all);
  SYSCALL3(SYS_write, 2, message, end - message);
  SYSCALL1(SYS_exit_group, 127);
  __builtin_unreachable();
}

/* Compilers call these on their own. */
void *memcpy(void *to, const void *from, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}
