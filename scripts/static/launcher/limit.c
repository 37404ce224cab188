/* RLIMIT_FSIZE: the kernel counts files in memory too, and sends SIGXFSZ to a process that writes more. The limit is raised while
 * the files are made, and put back before the program can see it. */
#include "launcher.h"

static u64 largest_file(void) {
  u64 largest = 0;
  for (u64 i = 0; i < header.file_count; i++) {
    if (header.files[i].size > largest) largest = header.files[i].size;
  }
  /* Files are made as long as whole pages, of 64 KiB at most. */
  return round_up(largest, 0x10000);
}

static s64 set_limit(struct rlimit64 limit) {
  return CALL(prlimit64, 0, RLIMIT_FSIZE, &limit, NULL);
}

/* Returns the limit as it was. */
struct rlimit64 raise_file_limit(void) {
  struct rlimit64 was = {RLIM64_INFINITY, RLIM64_INFINITY};
  u64 needed = largest_file();
  CALL(prlimit64, 0, RLIMIT_FSIZE, NULL, &was);
  if (was.rlim_cur >= needed) return was;
  /* Any process may raise the soft limit up to the hard one; to raise that takes CAP_SYS_RESOURCE. */
  u64 hard = was.rlim_max > needed ? was.rlim_max : needed;
  if (set_limit((struct rlimit64){needed, hard}) == 0) return was;

  char message[160];
  char *end = put_number(put(message, "the limit of the size of files is "), was.rlim_cur, 10);
  end = put_number(put(end, " bytes, and the hard one "), was.rlim_max, 10);
  end = put_number(put(end, ": at least "), needed, 10);
  put(end, " are needed (ulimit -f)");
  die(message, 0);
}

void restore_file_limit(struct rlimit64 limit) {
  if (limit.rlim_cur < largest_file()) set_limit(limit);
}
