/* A program that does with sockets what its arguments say, in their order, and writes a line about each result.
 *
 *   tcp:ADDRESS tcp6:ADDRESS bind:ADDRESS udp:ADDRESS sctp:ADDRESS   a new socket; tcp ones listen, tcp6 is IPv6 only
 *   unix:PATH (abstract behind @)       blocking shared (sockets from now on; by SO_REUSEPORT)
 *   listen  close  shutdown  move (to another descriptor)  flags        the last socket does, or has
 *   connect:ADDRESS                     the last socket connects from where it is bound, and is closed
 *   serve[:MS]                          answers HTTP requests with the process id, until SIGTERM or for so long
 *   sleep:MS  exit:N  crash  stubborn (ignores SIGTERM)  linger:MS (before it closes a connection, or ends)
 *   exec                                becomes itself, for the actions that follow
 *   knock:@NAME garbage:@NAME           connects to a keeper; does so, and sends what is no listener
 *   child:ACTIONS thread:ACTIONS        a child, or a thread that ends then, does them, separated by commas
 *   quiet (in a group of its own, without output)  uid:N  hidden (memory)  network (a new one)  signals (writes its mask and what it ignores)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LISTENERS = 32 };

static int listeners[LISTENERS], count, linger_ms;
static int flags = SOCK_NONBLOCK | SOCK_CLOEXEC, is_shared;
static volatile sig_atomic_t has_term;

static void on_term(int signal) { has_term = signal; }

static const char *name_of(int error) {
  switch (error) {
    case 0: return "ok";
    case EACCES: return "EACCES";
    case EADDRINUSE: return "EADDRINUSE";
    case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
    case EINVAL: return "EINVAL";
    case ENOSYS: return "ENOSYS";
    case EPERM: return "EPERM";
    default: return strerror(error);
  }
}

static void sleep_ms(int ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&left, &left) && !has_term) continue;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads HOST:PORT or [HOST]:PORT. */
static socklen_t parse(const char *text, struct sockaddr_storage *to) {
  struct sockaddr_in *v4 = (void *)to;
  struct sockaddr_in6 *v6 = (void *)to;
  char host[64] = "";
  const char *port = strrchr(text, ':') + 1;
  memset(to, 0, sizeof *to);
  if (*text == '[') {
    memcpy(host, text + 1, port - text - 3);
    *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(atoi(port))};
    inet_pton(AF_INET6, host, &v6->sin6_addr);
    return sizeof *v6;
  }
  memcpy(host, text, port - text - 1);
  *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  inet_pton(AF_INET, host, &v4->sin_addr);
  return sizeof *v4;
}

static int open_socket(const char *kind, const char *text) {
  struct sockaddr_storage address;
  struct sockaddr_un *local = (void *)&address;
  socklen_t size = 0;
  int type = strcmp(kind, "udp") ? SOCK_STREAM : SOCK_DGRAM, on = 1, error = 0;
  if (!strcmp(kind, "unix")) {
    *local = (struct sockaddr_un){.sun_family = AF_UNIX};
    strcpy(local->sun_path, text);
    size = sizeof local->sun_family + strlen(text) + (*text != '@');
    if (*text == '@') local->sun_path[0] = 0;
  } else {
    size = parse(text, &address);
  }
  int fd = socket(address.ss_family, type | flags, strcmp(kind, "sctp") ? 0 : IPPROTO_SCTP);
  if (fd < 0) {
    printf("%s %s %s\n", kind, text, name_of(errno));
    return -1;
  }
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (is_shared) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (!strcmp(kind, "tcp6")) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, (void *)&address, size)) error = errno;
  if (!error && !strncmp(kind, "tcp", 3) && listen(fd, 128)) error = errno;
  printf("%s %s %s\n", kind, text, name_of(error));
  if (error) {
    close(fd);
    return -1;
  }
  return listeners[count++] = fd;
}

static void answer(int connection) {
  char request[4096], reply[256], body[16];
  size_t size = 0;
  struct pollfd event = {connection, POLLIN, 0};
  while (size < sizeof request - 1 && poll(&event, 1, 2000) > 0) {
    ssize_t n = read(connection, request + size, sizeof request - 1 - size);
    if (n <= 0) break;
    request[size += n] = 0;
    if (strstr(request, "\r\n\r\n")) break;
  }
  snprintf(body, sizeof body, "%d", getpid());
  int n = snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
  if (write(connection, reply, n) != n) perror("write");
  close(connection);
}

/* As a server does: its listeners are closed first. */
static void serve(int ms) {
  int64_t end = now() + ms;
  while (!has_term && (ms < 0 || now() < end)) {
    struct pollfd events[LISTENERS];
    for (int i = 0; i < count; i++) events[i] = (struct pollfd){listeners[i], POLLIN, 0};
    if (poll(events, count, ms < 0 ? -1 : end - now()) <= 0) continue;
    for (int i = 0; i < count; i++) {
      if (!events[i].revents) continue;
      int connection = accept4(listeners[i], NULL, NULL, SOCK_CLOEXEC);
      if (connection >= 0) answer(connection);
      else if (errno != EAGAIN && errno != EINTR) printf("accept %s\n", name_of(errno)), exit(9);
    }
  }
  if (!has_term) return;
  while (count) close(listeners[--count]);
  has_term = 0;
  sleep_ms(linger_ms);
  exit(0);
}

static void connect_last(const char *text) {
  struct sockaddr_storage address;
  socklen_t size = parse(text, &address);
  int fd = listeners[--count];
  fcntl(fd, F_SETFL, 0);
  int error = connect(fd, (void *)&address, size) ? errno : 0;
  if (!error && write(fd, "x", 1) != 1) error = errno;
  sleep_ms(linger_ms);
  close(fd);
  printf("connect %s %s\n", text, name_of(error));
}

/* Connects to a keeper with an abstract name, as launchers do. */
static int knock(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, name);
  address.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (connect(fd, (void *)&address, offsetof(struct sockaddr_un, sun_path) + strlen(name))) perror("knock");
  return fd;
}

/* Sends a port of so many bytes, with so many descriptors that are no listeners of seccomp. */
static void send_garbage(const char *name, int bytes, int count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(4 * sizeof(int))];
  } control = {.header = {CMSG_LEN(count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  memset(CMSG_DATA(&control.header), 0, count * sizeof(int));
  struct iovec data = {"garbage", bytes};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  int fd = knock(name);
  if (sendmsg(fd, &message, 0) != bytes) perror("garbage");
  char byte;
  while (read(fd, &byte, 1) > 0) continue;
  close(fd);
}

static void print_signals(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status)) {
    if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6) || !strncmp(line, "NoNewPrivs", 10)) fputs(line, stdout);
  }
  fclose(status);
}

static void act(char **argv, char *action);

static void *act_all(void *actions) {
  for (char *next, *left = actions; (next = strsep(&left, ",")); fflush(stdout)) act(NULL, next);
  return NULL;
}

static void act_in_thread(char *actions) {
  pthread_t thread;
  pthread_create(&thread, NULL, act_all, actions);
  pthread_join(thread, NULL);
}

static void act(char **argv, char *action) {
  char *text = strchr(action, ':');
  if (text) *text++ = 0;
  int number = text ? atoi(text) : -1;
#define IS(name) (!strcmp(action, name))
  if (IS("serve")) serve(number);
  else if (IS("listen")) printf("listen %s\n", name_of(listen(listeners[count - 1], 128) ? errno : 0));
  else if (IS("close")) close(listeners[--count]);
  else if (IS("shutdown")) shutdown(listeners[count - 1], SHUT_RDWR);
  else if (IS("connect")) connect_last(text);
  else if (IS("flags")) printf("flags %s %s\n", fcntl(listeners[count - 1], F_GETFL) & O_NONBLOCK ? "nonblock" : "block", fcntl(listeners[count - 1], F_GETFD) ? "cloexec" : "inherit");
  else if (IS("thread")) act_in_thread(text);
  else if (IS("sleep")) sleep_ms(number);
  else if (IS("exit")) exit(number);
  else if (IS("crash")) kill(getpid(), SIGKILL);
  else if (IS("blocking")) flags = 0;
  else if (IS("shared")) is_shared = 1;
  else if (IS("stubborn")) signal(SIGTERM, SIG_IGN);
  else if (IS("linger")) linger_ms = number;
  else if (IS("knock")) knock(text);
  else if (IS("garbage")) for (int i = 0; i < 16; i++) send_garbage(text, 1 + i / 4, 1 + i % 4);
  else if (IS("quiet")) setpgid(0, 0), close(0), close(1), close(2);
  else if (IS("uid")) printf("uid %s\n", name_of(setresuid(number, number, number) ? errno : 0));
  else if (IS("hidden")) prctl(PR_SET_DUMPABLE, 0);
  else if (IS("network")) printf("network %s\n", name_of(unshare(CLONE_NEWNET) ? errno : 0));
  else if (IS("signals")) print_signals();
  else if (IS("move")) {
    int fd = listeners[count - 1];
    listeners[count - 1] = fcntl(fd, F_DUPFD_CLOEXEC, 40);
    close(fd);
  } else if (IS("exec")) {
    char *self = argv[0];
    while (*argv != action) argv++;
    *argv = self;
    execv("/proc/self/exe", argv);
  } else if (IS("child")) {
    fflush(stdout);
    if (fork()) return;
    act_all(text);
    exit(0);
  } else open_socket(action, text);
}

int main(int argc, char **argv) {
  struct sigaction term = {.sa_handler = on_term};
  sigaction(SIGTERM, &term, NULL);
  for (int i = 1; i < argc; i++) {
    act(argv, argv[i]);
    fflush(stdout);
  }
}
