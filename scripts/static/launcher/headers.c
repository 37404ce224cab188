/* The program as ld.so is to see it: its own program headers, and a .dynamic that needs the bundled libraries first. */
#include "launcher.h"

/* The objects that ld.so has loaded, as debuggers find them. */
struct link_map {
  u64 bias;
  const char *name;
  Elf64_Dyn *dynamic;
  struct link_map *next, *previous;
};

struct r_debug {
  int version;
  struct link_map *first;
};

static const Elf64_Dyn *own_dynamic(const Elf64_Phdr *own, u64 count) {
  for (u64 i = 0; i < count; i++) {
    if (own[i].p_type == PT_DYNAMIC) return (const Elf64_Dyn *)(own[i].p_vaddr + bias());
  }
  die("the program has no PT_DYNAMIC", 0);
}

/* In one mapping: the state, the copy of the headers, the copy of .dynamic, what is known of each file. */
struct state *create_state(const Elf64_Phdr *own, u64 count) {
  const Elf64_Dyn *dynamic = own_dynamic(own, count);
  u64 entries = 1;
  while (dynamic[entries - 1].d_tag != DT_NULL) entries++;

  u64 dynamic_at = sizeof(struct state) + count * sizeof(Elf64_Phdr);
  u64 provided_at = dynamic_at + (entries + header.file_count) * sizeof(Elf64_Dyn);
  u64 size = provided_at + header.file_count * sizeof(struct provided);
  struct state *state = map_memory(size);
  state->dynamic = (Elf64_Dyn *)((u8 *)state + dynamic_at);
  state->provided = (struct provided *)((u8 *)state + provided_at);
  for (u64 i = 0; i < count; i++) state->program_headers[i] = own[i];
  return state;
}

static u64 library_count(void) {
  return header.file_count - 1 - header.has_payload;
}

/* Fills in the copies, when the paths of the libraries are known. */
void show_program_as_it_was(struct state *state, u64 count) {
  const Elf64_Dyn *from = own_dynamic(state->program_headers, count);
  u64 strings = 0;
  for (const Elf64_Dyn *d = from; d->d_tag != DT_NULL; d++) {
    if (d->d_tag == DT_STRTAB) strings = d->d_un.d_val + bias();
  }
  Elf64_Dyn *to = state->dynamic;
  /* A name is an offset from the string table, modulo 2^64: it may as well be anywhere else. */
  for (u64 i = 1; i <= library_count(); i++) {
    *to++ = (Elf64_Dyn){DT_NEEDED, {(u64)state->provided[i].path - strings}};
  }
  do *to++ = *from;
  while (from++->d_tag != DT_NULL);

  for (u64 i = 0; i < count; i++) {
    Elf64_Phdr *p = &state->program_headers[i];
    /* ld.so learns from PT_PHDR by how much the program was moved: it must say where the copy is. */
    if (p->p_type == PT_PHDR) p->p_vaddr = p->p_paddr = (u64)state->program_headers - bias();
    if (p->p_type == PT_DYNAMIC) {
      p->p_vaddr = p->p_paddr = (u64)state->dynamic - bias();
      p->p_filesz = p->p_memsz = (u64)((u8 *)to - (u8 *)state->dynamic);
    }
  }
}

/* Gives the libraries their names in ld.so's list: the paths that they were opened by will soon mean something else. */
void name_libraries(struct state *state) {
  const struct r_debug *debug = 0;
  for (const Elf64_Dyn *d = state->dynamic; d->d_tag != DT_NULL; d++) {
    if (d->d_tag == DT_DEBUG) debug = (const struct r_debug *)d->d_un.d_val;
  }
  if (!debug) return;
  for (struct link_map *map = debug->first; map; map = map->next) {
    for (u64 i = 1; i <= library_count(); i++) {
      if (map->name && is_equal(map->name, state->provided[i].path)) {
        map->name = text_at(header.files[i].name);
      }
    }
  }
}
