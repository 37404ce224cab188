/* State and functions that the parts of the keeper share. README.md says how it works; run() in keeper.c is the loop.
 *
 * There are no variables and no tables of pointers: all state is one structure on the stack of keep(), so that the same
 * sources can be linked into an image that is not relocated and cannot be written to. */
#ifndef KEEPER_H
#define KEEPER_H

#include "system.h"

#pragma GCC visibility push(hidden)

enum { INSTANCES = 64, SOCKETS = 128, LAUNCHERS = 16 };
enum { EXIT_USAGE = 2, EXIT_PRIVILEGED = 124, EXIT_UNSHARED = 125, EXIT_UNUSABLE = 126, EXIT_NOT_FOUND = 127 };

union address {
  u16 family;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_un local;
};

/* A gateway that was started by `launch`, or any process that is only watched. */
struct instance {
  int pid;           /* 0: a free place */
  int process;       /* its pidfd; 0 if the kernel has none (before 5.3), or once it has ended */
  u64 started;       /* for want of a pidfd: when it was started, in ticks since the boot */
  int listener;      /* where its bind(2) and listen(2) are answered; 0: it is only watched */
  u16 port;          /* whose listen(2) is held; 0: the first one */
  int has_ended;     /* its children may still ask */
  int has_been_sent; /* a signal, since the supervisor has died */
  s64 ending_since;  /* 0: it is not to end */
  u64 turn;          /* the order in which instances were let go; 0: not yet */
};

/* A listening socket: of one instance, in the group of all sockets of its address. */
struct owned {
  int fd;                    /* 0: a free place; standard input has that number */
  u64 inode;                 /* by which it is known in the gateway */
  union address address;
  struct instance *instance; /* NULL: it waits for the next one */
  int process, number;       /* the process that has bound it, and its descriptor there */
  int is_listening;
  u32 index;                 /* in the kernel's group, while it listens */
  u64 turn;                  /* of its instance */
  int has_listened;          /* its instance has been answered */
  s64 close_at;              /* without an instance */
  int is_held;               /* a listen(2) waits for `go` */
  u64 call;                  /* that one */
  int backlog;               /* its second argument */
};

struct keeper {
  struct instance instances[INSTANCES];
  struct owned sockets[SOCKETS];
  int launchers[LAUNCHERS]; /* connections that have not sent their listener yet; 0: none */
  u32 launcher_count;       /* how many there have been */
  s64 accept_at;            /* when descriptors may have become free; 0: they are */
  u64 turns;                /* how many instances have been let go */
  s64 queue_ms, kill_ms;
  const char *folder;       /* NULL: there is none to remove */
  int is_able;              /* instances can be launched */
  int has_input;            /* the supervisor lives */
  int has_bye;              /* it has said so before its input ended */
  s64 kill_at;              /* when instances get SIGKILL; 0: they do not */
  s64 check_at;             /* when descriptors are compared next; 0: there are none */
  u64 command_size;
  char command[64];
  u64 output_size;
  char output[8192];
};

/* For the places that are in use: for EACH_SOCKET(k, s) ... */
#define EACH_INSTANCE(k, i) (struct instance *i = (k)->instances; i < (k)->instances + INSTANCES; i++) if (i->pid)
#define EACH_SOCKET(k, s) (struct owned *s = (k)->sockets; s < (k)->sockets + SOCKETS; s++) if (s->fd)

/* launch.c, keeper.c, main.c */
int launch_gateway(int argc, char **argv, char **envp);
int become(char **command, char **envp);
int keep(int argc, char **argv);
int keeper_main(int argc, char **argv, char **envp);

/* filter.c */
s64 install_filter(int may_restrict);

/* ability.c */
const char *find_obstacle(void);

/* commands.c */
void read_commands(struct keeper *k);
void begin_end(struct keeper *k, struct instance *i);

/* instances.c */
struct instance *find_instance(struct keeper *k, int pid);
struct instance *enter_process(struct keeper *k, int pid);
void accept_launcher(struct keeper *k, int door);
void read_launcher(struct keeper *k, int *place);
void on_process_end(struct keeper *k, struct instance *i);
void on_last_process_end(struct keeper *k, struct instance *i);

/* watchdog.c */
void end_all(struct keeper *k);
int have_ended(struct keeper *k);

/* calls.c */
void answer_call(struct keeper *k, struct instance *i);
void let_go(struct keeper *k, struct instance *i);

/* sockets.c */
s64 provide_socket(struct keeper *k, struct instance *i, const union address *a, struct owned **result);
s64 open_queue(struct keeper *k, struct owned *s, int backlog);
void give(struct owned *s, struct instance *i, int process, int number);
void replace(struct owned *s, struct owned *by);
void drop(struct keeper *k, struct owned *s);
void steer(struct keeper *k, const union address *a);
struct owned *find_waiting(struct keeper *k, const union address *a);
struct owned *find_socket(struct keeper *k, const struct instance *i, u64 inode);
void check_descriptors(struct keeper *k);
void close_abandoned(struct keeper *k);

/* process.c */
s64 socket_inode(int pid, int number);
int has_open(int pid, int number, u64 inode);
s64 read_protocol(int pid, int number, char *name, u64 size);
int open_flags(int pid, int number);
int leader_of(int thread);
u64 start_of(int pid);
int is_beside_us(int pid);
int lacks_right(int pid, const union address *a);
s64 read_file(const char *path, char *to, u64 size);

/* neighbours.c */
int has_stranger(struct keeper *k, const union address *a);

/* address.c */
u32 address_size(const union address *a);
int same_address(const union address *a, const union address *b);
int overlaps(const union address *a, const union address *b);
char *put_address(char *to, const union address *a);
char *put_local(char *to, const struct sockaddr_un *a, u32 size);
u32 read_local(struct sockaddr_un *a, const char *name);

/* output.c */
void say(struct keeper *k, const char *word, int pid, const char *text);
void say_address(struct keeper *k, const char *word, int pid, const union address *a);
void flush(struct keeper *k);

/* remove.c */
void remove_folder(const char *path);

/* text.c */
u64 length_of(const char *text);
int is_equal(const char *a, const char *b);
int begins_with(const char *text, const char *beginning);
char *put(char *to, const char *text);
char *put_number(char *to, u64 number, u32 base);
const char *read_number(const char *text, u32 base, u64 *number);
int is_number(const char *text, u64 *number);
const char *find_text(const char *text, const char *part);

#pragma GCC visibility pop

#endif
