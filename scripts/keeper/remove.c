/* Removes a folder with all that is in it: no link is followed, no other file system entered. */
#include "keeper.h"

enum { DEPTH = 64 };

static s64 open_folder(int parent, const char *name) {
  return CALL(openat, parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int is_on_same_device(int a, int b) {
  struct statx of_a = {0}, of_b = {0};
  if (CALL(statx, a, "", AT_EMPTY_PATH, 0, &of_a) || CALL(statx, b, "", AT_EMPTY_PATH, 0, &of_b)) return 0;
  return of_a.stx_dev_major == of_b.stx_dev_major && of_a.stx_dev_minor == of_b.stx_dev_minor;
}

static void empty(int folder, int depth);

/* Returns whether it is gone. */
static int remove_entry(int parent, const char *name, int depth) {
  if (is_equal(name, ".") || is_equal(name, "..")) return 0;
  if (!CALL(unlinkat, parent, name, 0)) return 1;
  s64 folder = open_folder(parent, name);
  if (folder < 0) return 0;
  if (depth && is_on_same_device(parent, folder)) empty(folder, depth - 1);
  CALL(close, folder);
  return !CALL(unlinkat, parent, name, AT_REMOVEDIR);
}

/* Removes all entries that can be removed. It begins again after some were: they may have hidden others. */
static void empty(int folder, int depth) {
  char buffer[2048] __attribute__((aligned(8)));
  int removed;
  do {
    s64 size;
    removed = 0;
    CALL(lseek, folder, 0, 0);
    while ((size = CALL(getdents64, folder, buffer, sizeof buffer)) > 0) {
      struct entry *e;
      for (s64 at = 0; at < size; at += e->size) {
        e = (struct entry *)(buffer + at);
        removed |= remove_entry(folder, e->name, depth);
      }
    }
  } while (removed);
}

void remove_folder(const char *path) {
  s64 folder = open_folder(AT_FDCWD, path);
  if (folder < 0) return;
  empty(folder, DEPTH);
  CALL(close, folder);
  CALL(unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}
