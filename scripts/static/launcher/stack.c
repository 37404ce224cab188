/* Reading the stack that the kernel has prepared. */
#include "launcher.h"

struct stack read_stack(u64 *top) {
  struct stack stack = {.top = top, .argv = (char **)(top + 1)};
  stack.envp = stack.argv + *top + 1;
  char **end = stack.envp;
  while (*end) end++;
  /* When it is secure, ld.so removes variables by moving the others down: it leaves several NULLs. No pair of the
   * auxiliary vector that matters has the type 0. */
  while (!*end) end++;
  stack.auxv = (struct auxiliary *)end;
  return stack;
}

/* The value of a type, 0 if there is none. */
u64 auxiliary_value(const struct auxiliary *auxv, u64 type) {
  for (; auxv->type != AT_NULL; auxv++) {
    if (auxv->type == type) return auxv->value;
  }
  return 0;
}
