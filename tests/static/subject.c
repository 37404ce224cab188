/* The program that is made static in the tests: it describes itself, and does what its words say. A few of its commands run
 * another program under conditions that only a program can make. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int is(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static int print_environment(void) {
  for (char **it = environ; *it; it++) puts(*it);
  return 0;
}

/* Every open descriptor but the one that lists them. */
static int print_descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  struct dirent *entry;
  while (folder && (entry = readdir(folder))) {
    char target[4096];
    int fd = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == dirfd(folder)) continue;
    ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
    target[size > 0 ? size : 0] = 0;
    printf("%d %s\n", fd, target);
  }
  return 0;
}

static int print_object(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  printf("%s\n", info->dlpi_name);
  return 0;
}

static void *descend(void *depth) {
  volatile char page[4096];
  memset((char *)page, 1, sizeof page);
  return (long)depth > 0 ? descend((char *)depth - 1) : (void *)(long)page[0];
}

/* The main thread's stack, as V8 measures it, and threads. */
static int use_stack(void) {
  pthread_attr_t attributes;
  void *address;
  size_t size;
  pthread_t thread;
  if (pthread_getattr_np(pthread_self(), &attributes)) return 1;
  pthread_attr_getstack(&attributes, &address, &size);
  char here;
  if ((char *)address > &here || (char *)address + size < &here) return 2;
  descend((void *)1000);
  if (pthread_create(&thread, 0, descend, (void *)1000) || pthread_join(thread, 0)) return 3;
  puts("stack fine");
  return 0;
}

static int print_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  return 0;
}

/* Which signals are blocked and ignored, as the kernel sees it. */
static int print_signals(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {
    if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6)) fputs(line, stdout);
  }
  return 0;
}

static volatile sig_atomic_t seen[65];
static int said[65];

static void see(int signal) {
  seen[signal]++;
}

/* Says each signal and counts them, until TERM comes. A stop is left to what the system does. */
static int count_signals(void) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  sigprocmask(SIG_BLOCK, &all, 0);
  for (int i = 1; i < 65; i++) {
    if (i != SIGSEGV && i != SIGCHLD && i != SIGCONT && i != SIGTSTP) signal(i, see);
  }
  puts("ready");
  fflush(stdout);
  while (!seen[SIGTERM]) {
    sigsuspend(&none);
    for (int i = 1; i < 65; i++) {
      if (seen[i] > said[i]) printf("signal %d: %d\n", i, said[i] = seen[i]);
    }
    fflush(stdout);
  }
  return 0;
}

static int count_processes(void) {
  DIR *folder = opendir("/proc");
  struct dirent *entry;
  int count = 0;
  while (folder && (entry = readdir(folder))) count += entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
  closedir(folder);
  return count;
}

/* Makes orphans that end at once, and waits until all of them have been taken. */
static int make_orphans(int count) {
  int before = count_processes();
  for (int i = 0; i < count; i++) {
    pid_t child = fork();
    if (child == 0) {
      if (fork() == 0) usleep(1000);
      _exit(0);
    }
    waitpid(child, 0, 0);
  }
  for (int i = 0; i < 10000 && count_processes() > before; i++) usleep(1000);
  printf("left %d\n", count_processes() - before);
  return 0;
}

static int die_of(int signal_number) {
  struct rlimit none = {0, 0};
  sigset_t all;
  setrlimit(RLIMIT_CORE, &none);
  signal(signal_number, SIG_DFL);
  sigfillset(&all);
  sigprocmask(SIG_UNBLOCK, &all, 0);
  kill(getpid(), signal_number);
  return 0;
}

/* Runs a program where memfd_create() fails with an error. */
static void without_memory_files(int error) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {4, filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) perror("seccomp");
}

/* Starts a program many times; says how often it did not end well. */
static int start_often(int times, char **command) {
  int failures = 0;
  for (int i = 0; i < times; i++) {
    int status;
    pid_t child = fork();
    if (child == 0) {
      execv(command[0], command);
      _exit(127);
    }
    waitpid(child, &status, 0);
    failures += status != 0;
  }
  printf("%d failures\n", failures);
  return 0;
}

static int run(char **command) {
  execvp(command[0], command);
  fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
  return 127;
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "hello";
  if (is(command, "hello")) puts("hello");
  if (is(command, "exit")) return atoi(argv[2]);
  if (is(command, "die")) return die_of(atoi(argv[2]));
  if (is(command, "pid")) printf("pid %d of %d\n", getpid(), getppid());
  if (is(command, "arguments")) printf("%d %s\n", argc, argv[argc - 1]);
  if (is(command, "name")) puts(argv[0]);
  if (is(command, "environment")) return print_environment();
  if (is(command, "descriptors")) return print_descriptors();
  if (is(command, "objects")) return dl_iterate_phdr(print_object, 0);
  if (is(command, "stack")) return use_stack();
  if (is(command, "limit")) return print_limit();
  if (is(command, "signals")) return print_signals();
  if (is(command, "count-signals")) return count_signals();
  if (is(command, "orphans")) return make_orphans(atoi(argv[2]));
  if (is(command, "forever")) return puts("ready"), fflush(stdout), pause();
  if (is(command, "run")) return run(argv + 2);
  if (is(command, "run-as")) {
    char *name = argv[2];
    argv[2] = argv[3];
    execv(argv[2], (argv[3] = name, argv + 3));
  }
  if (is(command, "run-without-memory-files")) return without_memory_files(atoi(argv[2])), run(argv + 3);
  if (is(command, "run-ignoring-children")) return signal(SIGCHLD, SIG_IGN), run(argv + 2);
  if (is(command, "start-often")) return start_often(atoi(argv[2]), argv + 3);
  return 0;
}
