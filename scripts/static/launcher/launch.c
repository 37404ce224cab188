/* The way of a start, as a table of contents. */
#include "launcher.h"

/* Before ld.so: gives it what it needs to load the program with the bundled libraries. */
struct start launch(u64 *top) {
  struct stack stack = read_stack(top);
  u64 page = auxiliary_value(stack.auxv, AT_PAGESZ);
  u64 secure = auxiliary_value(stack.auxv, AT_SECURE);
  u64 count = auxiliary_value(stack.auxv, AT_PHNUM);

  /* First of all, so that no signal is lost; only the child comes back. */
  if (SYSCALL1(SYS_getpid, 0) == 1) become_init();

  struct state *state = create_state((struct program_header *)text_at(header.program_headers), count);
  struct limit limit = raise_file_limit();
  provide_files(state, page, secure != 0);
  restore_file_limit(limit);

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
