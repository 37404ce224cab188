/* The entry of the keeper as a program of its own. */
#include "keeper.h"

#if defined __x86_64__
__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call start\n");
#else
__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  mov x0, sp\n"
    "  bl start\n");
#endif

/* The stack as the kernel fills it: argc, argv, NULL, envp, NULL. */
__attribute__((used, noreturn)) void start(s64 *stack) {
  char **argv = (char **)(stack + 1);
  int status = keeper_main(*stack, argv, argv + *stack + 1);
  for (;;) CALL(exit_group, status);
}
