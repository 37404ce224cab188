/* Runs a command where something is forbidden, as container runtimes and older kernels do.
 *
 *   allow NUMBER... -- COMMAND          only these system calls; clone(2) makes no namespaces, clone3(2) is unknown
 *   deny ERRNO NUMBER... -- COMMAND     these system calls fail
 *   before-5.19 -- COMMAND              seccomp(2) does not know WAIT_KILLABLE_RECV
 *   listener -- COMMAND                 another program answers for some system call already
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 1024, NAMESPACES = 0x7e020000, UNUSED_CALL = 9999 };

static struct sock_filter code[MOST];
static unsigned short size;

static void add(unsigned short op, unsigned value, unsigned char on_true, unsigned char on_false) {
  code[size++] = (struct sock_filter){op, on_true, on_false, value};
}

static void load(unsigned offset) { add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
static void end(unsigned action) { add(BPF_RET | BPF_K, action, 0, 0); }

/* Ends for one system call, whose number is loaded. */
static void end_for(unsigned number, unsigned action) {
  add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
  end(action);
}

/* Ends for one system call if one of the bits is set in an argument. */
static void end_if(unsigned number, unsigned offset, unsigned bits, unsigned action) {
  add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
  load(offset);
  add(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
  end(action);
  load(offsetof(struct seccomp_data, nr));
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  int is_allow = !strcmp(mode, "allow"), is_deny = !strcmp(mode, "deny"), i = 2 + is_deny;
  unsigned flags = 0;
  load(offsetof(struct seccomp_data, nr));
  if (is_allow) {
    end_if(SYS_clone, offsetof(struct seccomp_data, args[0]), NAMESPACES, SECCOMP_RET_ERRNO | EPERM);
    end_for(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  }
  if (!strcmp(mode, "before-5.19")) end_if(SYS_seccomp, offsetof(struct seccomp_data, args[1]), 1 << 5, SECCOMP_RET_ERRNO | EINVAL);
  if (!strcmp(mode, "listener")) {
    end_for(UNUSED_CALL, SECCOMP_RET_USER_NOTIF);
    flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  }
  for (; i < argc && strcmp(argv[i], "--"); i++) end_for(atoi(argv[i]), is_allow ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | atoi(argv[2]));
  end(is_allow ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ALLOW);

  struct sock_fprog program = {size, code};
  long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (listener < 0 && errno == EACCES) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  }
  /* It counts only as long as someone has it. */
  if (flags) fcntl(listener, F_SETFD, 0);
  if (listener >= 0 && i + 1 < argc) execvp(argv[i + 1], argv + i + 1);
  perror("confine");
  return 1;
}
