/* The seccomp filter of a gateway: bind(2) and listen(2) ask the keeper, all else is allowed. */
#include "keeper.h"

/* Returns the descriptor on which the calls are answered, or a negative errno: EACCES if it takes no_new_privs, and that
 * may not be set. */
s64 install_filter(int may_restrict) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, __builtin_offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, __builtin_offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bind, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_listen, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
  };
  struct sock_fprog program = {SIZE(code), code};
  /* Before Linux 5.16, a filter without SPEC_ALLOW slows the whole process down, against Spectre. */
  u64 flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  for (;;) {
    s64 listener = CALL(seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    if (listener == -EINVAL && flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) {
      /* Before Linux 5.19. A signal then interrupts a call that waits, and the kernel makes it again. */
      flags &= ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    } else if (listener != -EACCES || !may_restrict || CALL(prctl, PR_GET_NO_NEW_PRIVS) || CALL(prctl, PR_SET_NO_NEW_PRIVS, 1)) {
      return listener;
    }
    /* EACCES: without CAP_SYS_ADMIN it takes no_new_privs, which is for good. */
  }
}
