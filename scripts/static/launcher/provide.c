/* Turns the bundled files into something that ld.so can open: files in memory, or, where these or /proc cannot be had,
 * files with names of their own that are removed as soon as they are open. */
#include <linux/memfd.h>
#include "launcher.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* Linux 6.3 */
#endif

static const u8 *content_of(const struct file *file) {
  return (const u8 *)text_at(file->offset);
}

static s64 write_all(s64 fd, const u8 *from, u64 size) {
  while (size) {
    s64 written = CALL(write, fd, from, size);
    if (written == -EINTR) continue;
    if (written <= 0) return written ? written : -EIO;
    from += written;
    size -= written;
  }
  return 0;
}

/* 0, 1 and 2 stay closed for a program that was started without them. */
static s64 above_standard(s64 fd) {
  if (has_failed(fd) || fd > 2) return fd;
  s64 other = CALL(fcntl, fd, F_DUPFD_CLOEXEC, 3);
  CALL(close, fd);
  return other;
}

static s64 in_memory(const struct file *file, struct provided *to, u64 page) {
  const char *name = text_at(file->name);
  /* Files that can never be run are allowed whatever vm.memfd_noexec says; mapping them is another thing. */
  s64 fd = CALL(memfd_create, name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  if (fd == -EINVAL) fd = CALL(memfd_create, name, MFD_CLOEXEC); /* before Linux 6.3 */
  fd = above_standard(fd);
  if (has_failed(fd)) return fd;
  s64 error = write_all(fd, content_of(file), file->size);
  if (error) return error;
  /* qemu-user with pages larger than the host's wants to find whole ones. */
  if (page > 4096 && file != &header.files[header.file_count - header.has_payload]) {
    CALL(ftruncate, fd, round_up(file->size, page));
  }
  put_number(put(to->path, "/proc/self/fd/"), fd, 10);
  return fd;
}

/* A folder that cannot be mapped from is of no use to ld.so. */
static s64 can_run_from(s64 fd, u64 page) {
  s64 mapped = CALL(mmap, 0, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  if (has_failed(mapped)) return mapped;
  CALL(munmap, mapped, page);
  return 0;
}

static s64 in_folder(const char *folder, u64 index, struct provided *to, u64 page) {
  const struct file *file = &header.files[index];
  char *end = put(put(to->path, folder), ".static-");
  end = put_number(end, CALL(getpid), 10);
  put_number(put(end, "-"), index, 10);
  s64 fd = CALL(openat, AT_FDCWD, to->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
  fd = above_standard(fd);
  if (has_failed(fd)) return fd;
  s64 error = write_all(fd, content_of(file), file->size);
  if (!error) error = can_run_from(fd, page);
  if (!error) return fd;
  CALL(close, fd);
  CALL(unlinkat, AT_FDCWD, to->path, 0);
  return error;
}

static s64 in_some_folder(u64 index, struct provided *to, u64 page) {
  static const char folders[][12] = {"/dev/shm/", "/tmp/", "/run/", "/var/tmp/", "./"};
  s64 result = -ENOENT;
  for (u64 i = 0; i < sizeof folders / sizeof *folders; i++) {
    result = in_folder(folders[i], index, to, page);
    if (!has_failed(result)) break;
  }
  return result;
}

static int is_denied(s64 error) {
  return error == -ENOSYS || error == -EACCES || error == -EPERM;
}

void provide_files(struct state *state, u64 page, int secure) {
  struct rlimit64 limit = raise_file_limit();
  state->in_files = CALL(faccessat, AT_FDCWD, "/proc/self/fd", 0) < 0;
  for (u64 i = 0; i < header.file_count; i++) {
    struct provided *to = &state->provided[i];
    s64 fd = state->in_files ? -ENOSYS : in_memory(&header.files[i], to, page);
    if (i == 0 && is_denied(fd)) state->in_files = 1;
    /* Another user could exchange a file with a name before ld.so opens it. */
    if (state->in_files && secure) die("with the rights of another user, /proc and memfd_create are needed", 0);
    if (state->in_files) fd = in_some_folder(i, to, page);
    if (has_failed(fd)) {
      char message[160];
      put(put(message, "cannot make a file of "), text_at(header.files[i].name));
      withdraw_files(state);
      die(message, fd);
    }
    to->fd = fd;
  }
  restore_file_limit(limit);
}

/* The runtime opens the payload when the launcher is long gone: it stays. */
void withdraw_files(struct state *state) {
  for (u64 i = 0; i < header.file_count - header.has_payload; i++) {
    struct provided *it = &state->provided[i];
    if (!it->fd) continue;
    if (state->in_files) CALL(unlinkat, AT_FDCWD, it->path, 0);
    CALL(close, it->fd);
  }
}

/* The pages of the files in the program itself have done their duty. They begin and end with pages. */
void unmap_files(u64 page) {
  const struct file *last = &header.files[header.file_count - 1];
  u64 from = round_up((u64)content_of(&header.files[0]), page);
  u64 to = round_up((u64)content_of(last) + last->size, page);
  if (to > from) CALL(munmap, from, to - from);
}
