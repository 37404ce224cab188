/* launch SOCKET PORT COMMAND [ARGUMENT]...: puts itself under the keeper at SOCKET, then becomes COMMAND. No process
 * stays between: pid, signals and exit status are the gateway's own.
 *
 * The keeper greets with a byte, gets the port with the listener of our filter, and answers with a byte.
 *
 * exec COMMAND [ARGUMENT]...: becomes COMMAND, without a keeper. */
#include "keeper.h"

enum { DEADLINE_MS = 2000, RETRY_MS = 1 };

static int fail(int status, const char *reason, const char *name) {
  char text[512];
  char *end = put(put(text, "krakend-watch keeper: "), reason);
  if (length_of(name) < sizeof text / 2) end = put(end, name);
  CALL(write, 2, text, put(end, "\n") - text);
  return status;
}

/* Connects; the keeper may have been started a moment ago. Returns the connection or a negative errno. */
static s64 connect_by(s64 deadline, const char *name) {
  struct sockaddr_un address;
  u32 size = read_local(&address, name);
  s64 connection = CALL(socket, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;
  if (!size || connection < 0) return -EINVAL;
  for (;;) {
    error = CALL(connect, connection, &address, size);
    if (!error) return connection;
    /* EAGAIN: more launchers wait than it has room for. */
    if ((error != -ENOENT && error != -ECONNREFUSED && error != -EAGAIN) || now() > deadline) return error;
    wait_for(NULL, 0, RETRY_MS);
  }
}

/* Whether the keeper sends its byte, at last: one that stands still has the port, so that no gateway could serve
 * without it. */
static int is_answered(int connection) {
  char byte;
  struct pollfd event = {connection, POLLIN, 0};
  return wait_for(&event, 1, -1) > 0 && CALL(read, connection, &byte, 1) == 1;
}

/* With Yama, only an ancestor or the process named here may read our memory. It holds for what we become, too. */
static void allow_reading(int connection) {
  struct ucred keeper = {0};
  u32 size = sizeof keeper;
  CALL(getsockopt, connection, SOL_SOCKET, SO_PEERCRED, &keeper, &size);
  CALL(prctl, PR_SET_PTRACER, keeper.pid);
}

static s64 send_listener(int connection, u16 port, int listener) {
  struct descriptor_message control = {DESCRIPTOR_MESSAGE_LENGTH, SOL_SOCKET, SCM_RIGHTS, listener};
  struct iovec data = {&port, sizeof port};
  struct msghdr message = {.data = &data, .data_count = 1, .control = &control, .control_length = sizeof control};
  return CALL(sendmsg, connection, &message, MSG_NOSIGNAL);
}

/* Whether a file gives its process rights, which no_new_privs would take away. */
static int gives_rights(const char *path) {
  struct statx file = {0};
  if (CALL(getxattr, path, "security.capability", NULL, 0) > 0) return 1;
  CALL(statx, AT_FDCWD, path, 0, STATX_MODE, &file);
  return file.stx_mode & (S_ISUID | S_ISGID);
}

/* Takes back what is not for the gateway: the static file blocks SIGUSR1, on which Deno would open a debugger. How
 * signals are handled stays as it is: those that were caught are not across execve(2), and those that are ignored were
 * so before us, by nohup for example. */
static void unblock_signals(void) {
  u64 none = 0;
  CALL(rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGNAL_SET_SIZE);
}

int become(char **command, char **envp) {
  unblock_signals();
  s64 error = CALL(execve, command[0], command, envp);
  if (error == -ENOENT) return fail(EXIT_NOT_FOUND, "no such file, or its interpreter is missing: ", command[0]);
  return fail(EXIT_UNUSABLE, "cannot be run: ", command[0]);
}

int launch_gateway(int argc, char **argv, char **envp) {
  u64 port;
  if (argc < 3) return fail(EXIT_UNSHARED, "usage: launch SOCKET PORT COMMAND [ARGUMENT]...", "");
  if (!is_number(argv[1], &port) || port > 65535) return fail(EXIT_UNSHARED, "not a port: ", argv[1]);
  s64 connection = connect_by(now() + DEADLINE_MS, argv[0]);
  if (connection < 0) return fail(EXIT_UNSHARED, "nothing listens at ", argv[0]);
  if (!is_answered(connection)) return EXIT_UNSHARED; /* the keeper has said why */
  allow_reading(connection);

  /* From here to the keeper's answer bind(2) and listen(2) would wait for ever. */
  s64 listener = install_filter(!gives_rights(argv[2]));
  if (listener == -EACCES) return EXIT_PRIVILEGED; /* the supervisor says so */
  if (listener < 0) return fail(EXIT_UNSHARED, "seccomp is not allowed here, or is in use", "");
  if (send_listener(connection, port, listener) < 0 || !is_answered(connection)) {
    return fail(EXIT_UNSHARED, "the gateway is refused at ", argv[0]);
  }
  /* The listener and the connection are closed by execve(2). */
  return become(argv + 2, envp);
}
