/* What the parts of the launcher share: the header that the build writes after the code, what is kept while the
 * program runs, and the functions of each part. System calls, strings and the keeper itself are those of scripts/keeper.
 *
 * The launcher is entered instead of the program, before there is a libc or even an ld.so. It lives in a segment that
 * can be read and run but not written to, at an address that nothing relocates: so no variables, no tables of pointers.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <linux/auxvec.h>
#include <linux/elf.h>
#include <linux/mman.h>
#include <linux/resource.h>
#include "../../keeper/keeper.h"

/* Reached without a global offset table, which nothing would fill in. */
#pragma GCC visibility push(hidden)

/* Strings that end with a NUL, one after the other. Offsets here and below count from the header. */
struct words {
  u64 offset, count;
};

struct file {
  u64 offset, size, name;
};

/* Filled in by scripts/static/segment.ts, which has the same fields in the same order. */
struct header {
  char magic[8];
  u64 address;            /* of this header, as linked: shows by how much the program was moved */
  u64 entry;              /* of the program, as linked */
  u64 file_size;          /* of the program, before it got this segment: for tools that take it out again */
  u64 program_headers;    /* where the program's own headers are kept, as they were */
  u64 file_count;         /* files[0] is ld.so, the libraries follow, the payload is the last */
  u64 has_payload;
  struct words arguments; /* put before the user's arguments; an empty one stands for the payload's path */
  struct words variables; /* NAME=value, for the runtime only */
  struct words masked;    /* beginnings of variables that the runtime must not see */
  struct file files[];
};

/* The segment begins with it. */
extern const struct header header;

enum { PATH_SIZE = 48 };

/* A bundled file while ld.so has to open it. */
struct provided {
  int fd;
  char path[PATH_SIZE];
};

/* Stays mapped while the program runs: ld.so and the program keep pointers into it. finish() finds it again through
 * AT_PHDR, which points at its program_headers. */
struct state {
  u64 in_files;              /* whether the files have names of their own, which must be removed */
  struct provided *provided; /* one for each of the header's files */
  Elf64_Dyn *dynamic;        /* the program's .dynamic, with the bundled libraries first */
  Elf64_Phdr program_headers[];
};

/* A pair of the auxiliary vector. */
struct auxiliary {
  u64 type, value;
};

/* The stack as the kernel fills it: argc, argv, NULL, envp, NULL, auxv. */
struct stack {
  u64 *top;
  char **argv;
  char **envp;
  struct auxiliary *auxv;
};

/* What the entry needs: where to go, with which stack. Returned in two registers. */
struct start {
  u64 entry;
  u64 *top;
};

/* launcher.c */
struct start launch(u64 *top);
u64 finish(u64 *top);
/* In the entry: ld.so goes there as if it were the program's entry. */
extern const char stage2[];

/* init.c */
void become_init(void);

/* limit.c */
struct rlimit64 raise_file_limit(void);
void restore_file_limit(struct rlimit64 limit);

/* provide.c */
void provide_files(struct state *state, u64 page, int secure);
void withdraw_files(struct state *state);
void unmap_files(u64 page);

/* loader.c */
struct loaded {
  u64 base, entry;
};
struct loaded load_ld_so(int fd, u64 page);

/* headers.c */
struct state *create_state(const Elf64_Phdr *own, u64 count);
void show_program_as_it_was(struct state *state, u64 count);
void name_libraries(struct state *state);

/* environment.c */
void flip_name(char *name);
void hide_ld_variables(char **envp);
void show_ld_variables(char **envp);

/* payload.c */
u64 *inject_payload(struct stack stack, const char *path);

/* segment.c */
const char *text_at(u64 offset);
void *map_memory(u64 size);
void die(const char *reason, s64 error) __attribute__((noreturn));

/* By how much the program was moved. */
static inline u64 bias(void) {
  return (u64)&header - header.address;
}

static inline u64 round_up(u64 value, u64 to) {
  return (value + to - 1) & -to;
}

/* The kernel returns errors as small negative numbers, from mmap(2) too. */
static inline int has_failed(s64 result) {
  return (u64)result > (u64)-4096;
}

#pragma GCC visibility pop

#endif
