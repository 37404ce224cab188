/* The user's LD_PRELOAD, LD_LIBRARY_PATH and so on are meant for the libraries of the system. The bundled ld.so must not
 * follow them, but the children of the program must get them: they are renamed while ld.so works. */
#include "launcher.h"

/* Turns a capital letter into a control character and back. */
void flip_name(char *name) {
  *name ^= 0x40;
}

void hide_ld_variables(char **envp) {
  for (; *envp; envp++) {
    if (begins_with(*envp, "LD_")) flip_name(*envp);
  }
}

void show_ld_variables(char **envp) {
  for (; *envp; envp++) {
    if (begins_with(*envp, "\x0c" "D_")) flip_name(*envp);
  }
}
