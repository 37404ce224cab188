/* A runtime that takes what to run from its command line: the words for it are put into argv, variables into the
 * environment, and what the user has set for this kind of runtime is hidden until the payload itself shows it again.
 * The kernel's own copy of the command line, which ps shows, stays as the user wrote it. */
#include "launcher.h"

/* As ROOM in the entries, in words. */
enum { ROOM = 2048 / 8 };

static int is_masked(const char *variable) {
  const char *prefix = text_at(header.masked.offset);
  for (u64 i = 0; i < header.masked.count; i++) {
    if (begins_with(variable, prefix)) return 1;
    prefix += length_of(prefix) + 1;
  }
  return 0;
}

static u64 *put_words(u64 *to, struct words words, const char *instead_of_empty) {
  const char *word = text_at(words.offset);
  for (u64 i = 0; i < words.count; i++) {
    *to++ = (u64)(*word ? word : instead_of_empty);
    word += length_of(word) + 1;
  }
  return to;
}

/* Returns the new top of the stack. The old argv[0] gives way to the words. */
u64 *inject_payload(struct stack stack, const char *path) {
  u64 argc = *stack.top;
  u64 from_first = argc > 0 ? 1 : 0;
  u64 added = header.arguments.count - from_first + header.variables.count;
  /* The stack stays a multiple of 16 bytes. */
  u64 *top = stack.top - round_up(added, 2);
  if (added > ROOM) die("too many words for the runtime", 0);

  for (char **variable = stack.envp; *variable; variable++) {
    if (is_masked(*variable)) flip_name(*variable);
  }
  u64 *to = top;
  *to++ = argc - from_first + header.arguments.count;
  to = put_words(to, header.arguments, path);
  u64 *from = (u64 *)stack.argv + from_first;
  while (from < (u64 *)stack.envp) *to++ = *from++;
  to = put_words(to, header.variables, path);
  /* The rest of the environment, and the auxiliary vector with its end. */
  while (from < (u64 *)stack.auxv) *to++ = *from++;
  u64 type;
  do {
    /* Read first: the new place may reach into the old one. */
    type = from[0];
    u64 value = from[1];
    *to++ = type;
    *to++ = value;
    from += 2;
  } while (type != AT_NULL);
  return top;
}
