/* System calls without a libc: the kernel's numbers and ways of calling, per architecture. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "types.h"

#if defined __x86_64__

enum {
  SYS_write = 1,
  SYS_close = 3,
  SYS_mmap = 9,
  SYS_munmap = 11,
  SYS_rt_sigaction = 13,
  SYS_rt_sigprocmask = 14,
  SYS_getpid = 39,
  SYS_clone = 56,
  SYS_wait4 = 61,
  SYS_kill = 62,
  SYS_fcntl = 72,
  SYS_ftruncate = 77,
  SYS_getsid = 124,
  SYS_rt_sigtimedwait = 128,
  SYS_exit_group = 231,
  SYS_openat = 257,
  SYS_unlinkat = 263,
  SYS_faccessat = 269,
  SYS_prlimit64 = 302,
  SYS_memfd_create = 319,
};

static inline s64 syscall6(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  s64 result;
  register s64 r10 __asm__("r10") = d;
  register s64 r8 __asm__("r8") = e;
  register s64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#elif defined __aarch64__

enum {
  SYS_fcntl = 25,
  SYS_unlinkat = 35,
  SYS_ftruncate = 46,
  SYS_faccessat = 48,
  SYS_openat = 56,
  SYS_close = 57,
  SYS_write = 64,
  SYS_exit_group = 94,
  SYS_kill = 129,
  SYS_rt_sigaction = 134,
  SYS_rt_sigprocmask = 135,
  SYS_rt_sigtimedwait = 137,
  SYS_getsid = 156,
  SYS_getpid = 172,
  SYS_munmap = 215,
  SYS_clone = 220,
  SYS_mmap = 222,
  SYS_wait4 = 260,
  SYS_prlimit64 = 261,
  SYS_memfd_create = 279,
};

static inline s64 syscall6(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  register s64 x8 __asm__("x8") = number;
  register s64 x0 __asm__("x0") = a;
  register s64 x1 __asm__("x1") = b;
  register s64 x2 __asm__("x2") = c;
  register s64 x3 __asm__("x3") = d;
  register s64 x4 __asm__("x4") = e;
  register s64 x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

#else
#error "the launcher knows x86_64 and aarch64"
#endif

/* Calls with fewer arguments. Pointers and numbers alike may be passed. */
#define SYSCALL6(number, a, b, c, d, e, f) \
  syscall6(number, (s64)(a), (s64)(b), (s64)(c), (s64)(d), (s64)(e), (s64)(f))
#define SYSCALL4(number, a, b, c, d) SYSCALL6(number, a, b, c, d, 0, 0)
#define SYSCALL3(number, a, b, c) SYSCALL6(number, a, b, c, 0, 0, 0)
#define SYSCALL2(number, a, b) SYSCALL6(number, a, b, 0, 0, 0, 0)
#define SYSCALL1(number, a) SYSCALL6(number, a, 0, 0, 0, 0, 0)

/* The kernel returns errors as small negative numbers, from mmap too. */
#define FAILED(result) ((u64)(result) > (u64)-4096)

enum { EPERM = 1, ENOENT = 2, EINTR = 4, EIO = 5, EACCES = 13, EINVAL = 22, ENOSYS = 38 };
enum { AT_FDCWD = -100 };
enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_PRIVATE = 0x02, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20 };

#endif
