/* A container's first process has duties that no runtime knows of: to take the orphans, and to pass signals on, which the
 * kernel would drop for it. So the launcher forks before it does anything else, and its parent half stays behind as
 * that process. Child and parent stay in one process group, which keeps the terminal as it is: what the terminal raises
 * reaches the child by itself, once, and a stop that nobody could end is dropped by the kernel. */
#include "launcher.h"

enum { SIG_BLOCK = 0, SIG_SETMASK = 2 };
enum { SIGHUP = 1, SIGCHLD = 17 };
enum { WNOHANG = 1 };
enum { SET_SIZE = 8 };

struct signal_info {
  s32 signal, error, code;
  u8 rest[116];
};

/* The kernel's sigaction; all zero is the default. */
struct action {
  u64 handler, flags, restorer, mask;
};

struct inherited {
  u64 mask;
  struct action on_child;
};

/* Where children are ignored, the kernel does not tell how they end. */
static struct inherited take_over(void) {
  struct inherited was;
  u64 all = ~0ul;
  struct action standard = {0};
  SYSCALL4(SYS_rt_sigprocmask, SIG_BLOCK, &all, &was.mask, SET_SIZE);
  SYSCALL4(SYS_rt_sigaction, SIGCHLD, &standard, &was.on_child, SET_SIZE);
  return was;
}

static void hand_back(struct inherited was) {
  SYSCALL4(SYS_rt_sigaction, SIGCHLD, &was.on_child, 0, SET_SIZE);
  SYSCALL4(SYS_rt_sigprocmask, SIG_SETMASK, &was.mask, 0, SET_SIZE);
}

/* As shells tell it. */
static s64 exit_code(u32 status) {
  u32 signal = status & 0x7f;
  return signal ? 128 + signal : status >> 8 & 0xff;
}

/* Waits for all that has ended; leaves when the child has, and the kernel ends what is left. */
static void reap(s64 child) {
  u32 status;
  for (;;) {
    s64 pid = SYSCALL4(SYS_wait4, -1, &status, WNOHANG, 0);
    if (pid == -EINTR) continue;
    if (pid <= 0) return;
    if (pid == child) SYSCALL1(SYS_exit_group, exit_code(status));
  }
}

/* What the kernel raised for the terminal has reached the child too: it is in the same group. A terminal that is gone
 * is told to the first process of its session alone. */
static int is_for_child(const struct signal_info *info) {
  if (info->code <= 0) return 1;
  return info->signal == SIGHUP && SYSCALL1(SYS_getsid, 0) == 1;
}

/* Returns in the child. The parent never does. */
void become_init(void) {
  struct inherited was = take_over();
  s64 child = SYSCALL6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (child <= 0) {
    /* Without a process for init, the program is better than nothing. */
    hand_back(was);
    return;
  }
  u64 all = ~0ul;
  struct signal_info info;
  for (;;) {
    s64 signal = SYSCALL4(SYS_rt_sigtimedwait, &all, &info, 0, SET_SIZE);
    if (signal == SIGCHLD) reap(child);
    else if (signal > 0 && is_for_child(&info)) SYSCALL2(SYS_kill, child, signal);
  }
}
