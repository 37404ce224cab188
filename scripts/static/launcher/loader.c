/* Maps ld.so as the kernel would, had the file a PT_INTERP. */
#include "launcher.h"

static int protection(u32 flags) {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/* A free range of addresses for all of the segments, aligned as they want to be. */
static u64 reserve(u64 size, u64 align) {
  s64 raw = CALL(mmap, NULL, size + align, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (has_failed(raw)) die("cannot reserve memory for ld.so", raw);
  u64 base = round_up(raw, align), end = raw + size + align;
  if (base > (u64)raw) CALL(munmap, raw, base - raw);
  if (end > base + size) CALL(munmap, base + size, end - base - size);
  return base;
}

static void map_segment(const Elf64_Phdr *p, u64 base, int fd, u64 page) {
  u64 before = p->p_vaddr & (page - 1);
  u64 from = base + p->p_vaddr;
  /* Whole pages: ld.so takes its first memory from what is left of its last one. */
  u64 size = round_up(p->p_filesz + before, page);
  s64 result = CALL(mmap, from - before, size, protection(p->p_flags), MAP_PRIVATE | MAP_FIXED, fd,
                    p->p_offset - before);
  if (has_failed(result)) die("cannot map ld.so", result);
  if (p->p_memsz <= p->p_filesz) return;
  u64 file_end = from + p->p_filesz;
  u64 page_end = round_up(file_end, page);
  u64 memory_end = from + p->p_memsz;
  for (u64 at = file_end; at < page_end; at++) *(volatile u8 *)at = 0;
  if (memory_end <= page_end) return;
  result = CALL(mmap, page_end, memory_end - page_end, protection(p->p_flags),
                MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
  if (has_failed(result)) die("cannot map ld.so's memory", result);
}

struct loaded load_ld_so(int fd, u64 page) {
  const Elf64_Ehdr *elf = (const Elf64_Ehdr *)text_at(header.files[0].offset);
  const Elf64_Phdr *p = (const Elf64_Phdr *)((const u8 *)elf + elf->e_phoff);
  u64 end = 0, align = page;
  for (u16 i = 0; i < elf->e_phnum; i++) {
    if (p[i].p_type != PT_LOAD) continue;
    if (p[i].p_vaddr + p[i].p_memsz > end) end = p[i].p_vaddr + p[i].p_memsz;
    if (p[i].p_align > align) align = p[i].p_align;
  }
  u64 base = reserve(round_up(end, page), align);
  for (u16 i = 0; i < elf->e_phnum; i++) {
    if (p[i].p_type == PT_LOAD) map_segment(&p[i], base, fd, page);
  }
  return (struct loaded){base, base + elf->e_entry};
}
