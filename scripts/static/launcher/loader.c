/* Maps ld.so as the kernel would, had the file a PT_INTERP. */
#include "launcher.h"

static int protection(u32 flags) {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/* A free range of addresses for all of the segments, aligned as they want to be. */
static u64 reserve(u64 size, u64 align) {
  s64 raw = SYSCALL6(SYS_mmap, 0, size + align, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (FAILED(raw)) die("cannot reserve memory for ld.so", raw);
  u64 base = round_up((u64)raw, align);
  if (base > (u64)raw) SYSCALL2(SYS_munmap, raw, base - (u64)raw);
  u64 end = (u64)raw + size + align;
  if (end > base + size) SYSCALL2(SYS_munmap, base + size, end - base - size);
  return base;
}

static void map_segment(const struct program_header *p, u64 base, s32 fd, u64 page) {
  u64 before = p->address & (page - 1);
  u64 from = base + p->address;
  /* Whole pages: ld.so takes its first memory from what is left of its last one. */
  u64 size = round_up(p->file_size + before, page);
  s64 result = SYSCALL6(SYS_mmap, from - before, size, protection(p->flags), MAP_PRIVATE | MAP_FIXED, fd,
                        p->offset - before);
  if (FAILED(result)) die("cannot map ld.so", result);
  if (p->memory_size <= p->file_size) return;
  u64 file_end = from + p->file_size;
  u64 page_end = round_up(file_end, page);
  u64 memory_end = from + p->memory_size;
  for (u64 at = file_end; at < page_end; at++) *(volatile u8 *)at = 0;
  if (memory_end <= page_end) return;
  result = SYSCALL6(SYS_mmap, page_end, memory_end - page_end, protection(p->flags),
                    MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
  if (FAILED(result)) die("cannot map ld.so's memory", result);
}

struct loaded load_ld_so(s32 fd, u64 page) {
  const struct elf_header *elf = (const struct elf_header *)text_at(header.files[0].offset);
  const struct program_header *p = (const struct program_header *)((const u8 *)elf + elf->program_headers);
  u64 end = 0, align = page;
  for (u16 i = 0; i < elf->program_header_count; i++) {
    if (p[i].type != PT_LOAD) continue;
    if (p[i].address + p[i].memory_size > end) end = p[i].address + p[i].memory_size;
    if (p[i].align > align) align = p[i].align;
  }
  u64 base = reserve(round_up(end, page), align);
  for (u16 i = 0; i < elf->program_header_count; i++) {
    if (p[i].type == PT_LOAD) map_segment(&p[i], base, fd, page);
  }
  return (struct loaded){base, base + elf->entry};
}
