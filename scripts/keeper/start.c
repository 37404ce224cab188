/* The entry of the keeper as a program of its own, and the functions that compilers call by themselves. */
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

void *memcpy(void *to, const void *from, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = value;
  return to;
}
