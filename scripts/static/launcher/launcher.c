/* The way of a start, as a table of contents. */
#include "launcher.h"

static struct stack read_stack(u64 *top) {
  struct stack stack = {.top = top, .argv = (char **)(top + 1)};
  stack.envp = stack.argv + *top + 1;
  char **end = stack.envp;
  while (*end) end++;
  /* When it is secure, ld.so removes variables by moving the others down, and several NULLs are left. No pair of the
   * auxiliary vector that matters has the type 0. */
  while (!*end) end++;
  stack.auxv = (struct auxiliary *)end;
  return stack;
}

/* The value of a type, 0 if there is none. */
static u64 auxiliary_value(const struct auxiliary *auxv, u64 type) {
  for (; auxv->type != AT_NULL; auxv++) {
    if (auxv->type == type) return auxv->value;
  }
  return 0;
}

/* Whether krakend-watch has started itself as its keeper. A user has another name for the file: what follows it there
 * is for krakend-watch. */
static int is_keeper(struct stack stack) {
  return *stack.top > 1 && is_equal(stack.argv[0], "/proc/self/exe") && is_equal(stack.argv[1], "--keeper");
}

/* Deno opens a debugger at SIGUSR1, to every user of the machine; one that is blocked before Deno starts never reaches it. */
static void block_debugger(void) {
  u64 signals = 1 << (SIGUSR1 - 1);
  CALL(rt_sigprocmask, SIG_BLOCK, &signals, NULL, SIGNAL_SET_SIZE);
}

/* Before ld.so: gives it what it needs to load the program with the bundled libraries. */
struct start launch(u64 *top) {
  struct stack stack = read_stack(top);
  u64 page = auxiliary_value(stack.auxv, AT_PAGESZ);
  u64 secure = auxiliary_value(stack.auxv, AT_SECURE);
  u64 count = auxiliary_value(stack.auxv, AT_PHNUM);

  if (is_keeper(stack)) CALL(exit_group, keeper_main(*top - 1, stack.argv + 1, stack.envp));
  block_debugger();
  /* Before all that takes time, so that no signal is lost; only the child comes back. */
  if (CALL(getpid) == 1) become_init();

  struct state *state = create_state((const Elf64_Phdr *)text_at(header.program_headers), count);
  provide_files(state, page, secure != 0);
  struct loaded ld_so = load_ld_so(state->provided[0].fd, page);
  show_program_as_it_was(state, count);
  for (struct auxiliary *a = stack.auxv; a->type != AT_NULL; a++) {
    if (a->type == AT_PHDR) a->value = (u64)state->program_headers;
    if (a->type == AT_BASE) a->value = ld_so.base;
    if (a->type == AT_ENTRY) a->value = (u64)stage2;
  }
  /* When it is secure, ld.so itself ignores and removes them. */
  if (!secure) hide_ld_variables(stack.envp);
  if (header.has_payload) top = inject_payload(stack, state->provided[header.file_count - 1].path);
  unmap_files(page);
  return (struct start){ld_so.entry, top};
}

/* After ld.so: takes away all that the program or its children could see of us. */
u64 finish(u64 *top) {
  struct stack stack = read_stack(top);
  u64 entry = header.entry + bias();
  struct state *state = (struct state *)(auxiliary_value(stack.auxv, AT_PHDR) -
                                         __builtin_offsetof(struct state, program_headers));
  for (struct auxiliary *a = stack.auxv; a->type != AT_NULL; a++) {
    if (a->type == AT_ENTRY) a->value = entry;
  }
  show_ld_variables(stack.envp);
  name_libraries(state);
  withdraw_files(state);
  return entry;
}
