/* The few types of ELF and of the kernel that the launcher needs. There is no libc to take them from. */
#ifndef TYPES_H
#define TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;

struct elf_header {
  u8 ident[16];
  u16 type, machine;
  u32 version;
  u64 entry, program_headers, section_headers;
  u32 flags;
  u16 size, program_header_size, program_header_count;
  u16 section_header_size, section_header_count, section_names;
};

struct program_header {
  u32 type, flags;
  u64 offset, address, physical, file_size, memory_size, align;
};

/* An entry of .dynamic. */
struct dynamic {
  u64 tag, value;
};

/* A pair of the auxiliary vector. */
struct auxiliary {
  u64 type, value;
};

/* What ld.so tells debuggers: the objects it has loaded. */
struct link_map {
  u64 bias;
  const char *name;
  struct dynamic *dynamic;
  struct link_map *next, *previous;
};

struct r_debug {
  s32 version;
  struct link_map *first;
};

enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_PHDR = 6 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };
enum { DT_NULL = 0, DT_NEEDED = 1, DT_STRTAB = 5, DT_DEBUG = 21 };
enum {
  AT_NULL = 0,
  AT_PHDR = 3,
  AT_PHNUM = 5,
  AT_PAGESZ = 6,
  AT_BASE = 7,
  AT_ENTRY = 9,
  AT_SECURE = 23,
};

#endif
