/* RLIMIT_FSIZE: the kernel counts files in memory too, and sends SIGXFSZ to who writes more. The limit is raised while
 * the files are made, and put back before the program can see it. */
#include "launcher.h"

enum { RLIMIT_FSIZE = 1 };
#define NO_LIMIT (~0ul)

static u64 largest_file(void) {
  u64 largest = 0;
  for (u64 i = 0; i < header.file_count; i++) {
    if (header.files[i].size > largest) largest = header.files[i].size;
  }
  /* Files are made as long as whole pages, of 64 KiB at most. */
  return round_up(largest, 0x10000);
}

static s64 set_limit(struct limit limit) {
  return SYSCALL4(SYS_prlimit64, 0, RLIMIT_FSIZE, &limit, 0);
}

/* Returns the limit as it was. */
struct limit raise_file_limit(void) {
  struct limit was;
  u64 needed = largest_file();
  if (SYSCALL4(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, &was) < 0) return (struct limit){NO_LIMIT, NO_LIMIT};
  if (was.soft >= needed) return was;
  /* Everybody may raise the soft limit up to the hard one; only who has CAP_SYS_RESOURCE may raise that. */
  u64 hard = was.hard > needed ? was.hard : needed;
  if (set_limit((struct limit){needed, hard}) == 0) return was;

  char message[160];
  char *end = append_number(append(message, "the limit of the size of files is "), was.soft);
  end = append_number(append(end, " bytes, and the hard one "), was.hard);
  end = append_number(append(end, ": at least "), needed);
  append(end, " are needed (ulimit -f)");
  die(message, 0);
}

void restore_file_limit(struct limit limit) {
  if (limit.soft < largest_file()) set_limit(limit);
}
