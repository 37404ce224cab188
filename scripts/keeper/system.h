/* System calls without a libc: CALL(name, arguments...) returns what the kernel does, a result or a negative errno.
 * With them, the names and structures of the kernel's interface that its headers do not have. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/signal.h>
#include <linux/socket.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/uio.h>
#include <linux/un.h>
#include <linux/wait.h>
#include <asm/ioctls.h>
#include <asm/socket.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long s64;

#define NULL ((void *)0)
#define SIZE(array) (sizeof(array) / sizeof *(array))

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64

static inline s64 system_call(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
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
#define ARCHITECTURE AUDIT_ARCH_AARCH64

static inline s64 system_call(s64 number, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
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
#error "the keeper knows x86_64 and aarch64"
#endif

#define CALL(...) CALL_WITH_ZEROS(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL_WITH_ZEROS(name, a, b, c, d, e, f, ...) \
  system_call(__NR_##name, (s64)(a), (s64)(b), (s64)(c), (s64)(d), (s64)(e), (s64)(f))

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10 };
enum { SOCK_STREAM = 1, SOCK_SEQPACKET = 5, SOCK_NONBLOCK = O_NONBLOCK, SOCK_CLOEXEC = O_CLOEXEC };
enum { SHUT_RDWR = 2, SCM_RIGHTS = 1, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000 };
enum { SIGNAL_SET_SIZE = 8 };
enum { CAP_NET_BIND_SERVICE = 10 };

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif

/* A process at the other end of a unix socket. */
struct ucred {
  int pid;
  u32 uid, gid;
};

struct msghdr {
  void *name;
  u64 name_length;
  struct iovec *data;
  u64 data_count;
  void *control;
  u64 control_length;
  u64 flags;
};

/* A control message that carries one descriptor. Its length is that of the fields, without what follows them. */
struct descriptor_message {
  u64 length;
  int level, type, descriptor;
};

enum { DESCRIPTOR_MESSAGE_LENGTH = 8 + 4 + 4 + 4 };

/* An entry of a directory, as getdents64(2) returns it. */
struct entry {
  u64 inode, offset;
  u16 size;
  u8 type;
  char name[];
};

/* The time in milliseconds since some point in the past. */
static inline s64 now(void) {
  struct timespec time;
  CALL(clock_gettime, CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Waits for one of several events for so many milliseconds; -1: for ever. */
static inline s64 wait_for(struct pollfd *events, u64 count, s64 ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  return CALL(ppoll, events, count, ms < 0 ? NULL : &time, NULL, SIGNAL_SET_SIZE);
}

#endif
