/* A container's first process has duties that no runtime knows of: to take the orphans, and to pass signals on, which the
 * kernel would drop for it. So the launcher forks before it does anything else, and its parent half stays behind as
 * that process. Child and parent stay in one process group, which keeps the terminal as it is: what the terminal raises
 * reaches the child by itself, once, and a stop that nothing could end is dropped by the kernel. */
#include "launcher.h"

/* How signals were handled before the launcher. */
struct inherited {
  u64 mask;
  struct sigaction on_child;
};

/* Where children are ignored, the kernel does not say how they end. */
static struct inherited take_over(void) {
  struct inherited was;
  u64 all = ~0ul;
  struct sigaction standard = {0};
  CALL(rt_sigprocmask, SIG_BLOCK, &all, &was.mask, SIGNAL_SET_SIZE);
  CALL(rt_sigaction, SIGCHLD, &standard, &was.on_child, SIGNAL_SET_SIZE);
  return was;
}

static void hand_back(struct inherited was) {
  CALL(rt_sigaction, SIGCHLD, &was.on_child, NULL, SIGNAL_SET_SIZE);
  CALL(rt_sigprocmask, SIG_SETMASK, &was.mask, NULL, SIGNAL_SET_SIZE);
}

/* As shells have it. */
static s64 exit_code(u32 status) {
  u32 signal = status & 0x7f;
  return signal ? 128 + signal : status >> 8 & 0xff;
}

/* Waits for all that has ended; exits when the child has, and the kernel ends what is left. */
static void reap(s64 child) {
  u32 status;
  for (;;) {
    s64 pid = CALL(wait4, -1, &status, WNOHANG, NULL);
    if (pid == -EINTR) continue;
    if (pid <= 0) return;
    if (pid == child) CALL(exit_group, exit_code(status));
  }
}

/* What the kernel raised for the terminal has reached the child too: it is in the same group. That a terminal is gone
 * is said to the first process of its session alone. */
static int is_for_child(const siginfo_t *info) {
  return info->si_code <= 0 || (info->si_signo == SIGHUP && CALL(getsid, 0) == 1);
}

/* Returns in the child. The parent never does. */
void become_init(void) {
  struct inherited was = take_over();
  s64 child = CALL(clone, SIGCHLD);
  /* Without a process for init, the program is better than nothing. */
  if (child <= 0) return hand_back(was);
  u64 all = ~0ul;
  siginfo_t info;
  for (;;) {
    s64 signal = CALL(rt_sigtimedwait, &all, &info, NULL, SIGNAL_SET_SIZE);
    if (signal == SIGCHLD) reap(child);
    else if (signal > 0 && is_for_child(&info)) CALL(kill, child, signal);
  }
}
