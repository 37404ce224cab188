/* Strings and numbers. */
#include "keeper.h"

u64 length_of(const char *text) {
  u64 length = 0;
  while (text[length]) length++;
  return length;
}

int is_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

int begins_with(const char *text, const char *beginning) {
  while (*beginning && *text == *beginning) text++, beginning++;
  return !*beginning;
}

/* Each `put` appends to what is there and returns its new end, so that more can follow. */
char *put(char *to, const char *text) {
  while ((*to = *text++)) to++;
  return to;
}

char *put_number(char *to, u64 number, u32 base) {
  char digits[24], *first = digits + sizeof digits;
  *--first = 0;
  do *--first = "0123456789abcdef"[number % base];
  while (number /= base);
  return put(to, first);
}

static u32 digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 99;
}

/* Returns where the number ends; the text itself if there is none, or one that is too large. */
const char *read_number(const char *text, u32 base, u64 *number) {
  const char *end = text;
  *number = 0;
  for (; digit_of(*end) < base; end++) {
    if (*number > ~0ul / 32) return text;
    *number = *number * base + digit_of(*end);
  }
  return end;
}

/* Whether the text is a decimal number, and nothing else. */
int is_number(const char *text, u64 *number) {
  const char *end = read_number(text, 10, number);
  return end != text && !*end;
}

/* Returns what follows the first `part` of a text; NULL if it is not there. */
const char *find_text(const char *text, const char *part) {
  for (; *text; text++) {
    if (begins_with(text, part)) return text + length_of(part);
  }
  return NULL;
}
