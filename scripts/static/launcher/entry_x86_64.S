/* Where the kernel enters the file, on x86-64: rsp points at argc. */

/* The launcher works below the stack's top, and may move that down by this much to add arguments. */
#define ROOM 2048

.globl _start, stage2
.hidden _start, stage2
.section .text.entry, "ax", @progbits

_start:
  xor  %ebp, %ebp
  mov  %rsp, %rdi
  lea  -ROOM(%rsp), %rsp
  and  $-16, %rsp
  call launch               /* rax: ld.so's entry, rdx: the stack for it */
  mov  %rdx, %rsp
  xor  %edx, %edx
  jmp  *%rax

/* ld.so comes here. rdx is its function for the exit, which the program's entry wants. */
stage2:
  mov  %rdx, %r12           /* a call keeps r12 and rbx */
  mov  %rsp, %rbx
  mov  %rsp, %rdi
  and  $-16, %rsp
  call finish               /* rax: the program's entry */
  mov  %rbx, %rsp
  mov  %r12, %rdx
  xor  %ebp, %ebp
  jmp  *%rax

.section .note.GNU-stack, "", @progbits
