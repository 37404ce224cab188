/* Where the kernel enters the file, on aarch64: sp points at argc and is a multiple of 16. */

/* The launcher works below the stack's top, and may move that down by this much to add arguments. */
#define ROOM 2048

.globl _start, stage2
.hidden _start, stage2
.section .text.entry, "ax", @progbits

_start:
  mov  x29, #0
  mov  x30, #0
  mov  x0, sp
  sub  sp, sp, #ROOM
  bl   launch               /* x0: ld.so's entry, x1: the stack for it */
  mov  sp, x1
  mov  x16, x0              /* branches through x16 may land where calls may */
  mov  x0, #0
  mov  x29, #0
  mov  x30, #0
  br   x16

/* ld.so comes here. x0 is its function for the exit, which the program's entry wants. */
stage2:
  mov  x20, x0              /* a call keeps x19 and x20 */
  mov  x19, sp
  mov  x0, sp
  bl   finish               /* x0: the program's entry */
  mov  sp, x19
  mov  x16, x0
  mov  x0, x20
  mov  x29, #0
  mov  x30, #0
  br   x16

.section .note.GNU-stack, "", @progbits
