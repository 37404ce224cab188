/* Whether the keeper can do its work here. All that a gateway needs is tried, in a child. */
#include "keeper.h"

/* Returns 0, or a negative errno: EBUSY if there is a listener already, such as a container runtime's. */
static s64 try_filter(void) {
  struct seccomp_notif_sizes sizes = {0};
  s64 error = CALL(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  if (error) return error;
  if (sizes.seccomp_notif != sizeof(struct seccomp_notif)) return -ENOSYS;
  s64 listener = install_filter(1);
  if (listener < 0) return listener;
  /* Since Linux 5.9 a listener can put files into the gateway: with no call to answer, that says ENOENT. */
  struct seccomp_notif_addfd put = {.srcfd = listener};
  return CALL(ioctl, listener, SECCOMP_IOCTL_NOTIF_ADDFD, &put) == -ENOENT ? 0 : -ENOSYS;
}

static const char *name_of(s64 error) {
  if (error == -EBUSY) return "busy";
  if (error == -EPERM || error == -EACCES) return "seccomp";
  return "kernel";
}

/* Yama forbids to read the memory of others above 1; at 1, launch allows us to. */
static const char *name_of_memory(void) {
  char scope[4];
  read_file("/proc/sys/kernel/yama/ptrace_scope", scope, sizeof scope);
  return *scope > '1' ? "yama" : "memory";
}

/* Whether what is needed of a gateway can be had of the child, whose copy of our memory is at the same place. */
static const char *probe_child(int child, int socket, s64 *memory) {
  char protocol[32];
  s64 copy;
  struct iovec here = {&copy, sizeof copy}, there = {memory, sizeof *memory};
  if (CALL(process_vm_readv, child, &here, 1, &there, 1, 0) != sizeof copy) return name_of_memory();
  if (read_protocol(child, socket, protocol, sizeof protocol) <= 0 || socket_inode(child, socket) <= 0) return "proc";
  s64 process = CALL(pidfd_open, child, 0);
  if (process < 0) return name_of(process);
  CALL(close, process);
  return NULL;
}

/* Returns a word for what is in the way; NULL if nothing is. */
const char *find_obstacle(void) {
  int pair[2];
  s64 result = 0;
  if (CALL(socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return "kernel";
  s64 child = CALL(clone, SIGCHLD);
  if (!child) {
    CALL(close, pair[0]);
    result = try_filter();
    CALL(write, pair[1], &result, sizeof result);
    CALL(read, pair[1], &result, sizeof result); /* until it is killed, or we are */
    CALL(exit_group, 0);
  }
  const char *obstacle = child < 0 ? "processes" : NULL;
  CALL(close, pair[1]);
  if (child > 0) {
    if (CALL(read, pair[0], &result, sizeof result) != sizeof result) result = -EPERM;
    obstacle = result ? name_of(result) : probe_child(child, pair[1], &result);
    CALL(kill, child, SIGKILL);
    CALL(wait4, child, NULL, 0, NULL);
  }
  CALL(close, pair[0]);
  return obstacle;
}
