/* Three commands in one file: `keep` owns the listening sockets, `launch` starts a gateway under it, `exec` any command. */
#include "keeper.h"

static const char usage[] =
    "usage: keep SOCKET QUEUE_MS KILL_MS [FOLDER]\n"
    "       launch SOCKET PORT COMMAND [ARGUMENT]...\n"
    "       exec COMMAND [ARGUMENT]...\n";

int keeper_main(int argc, char **argv, char **envp) {
  int status = EXIT_USAGE;
  if (argc > 1 && is_equal(argv[1], "launch")) return launch_gateway(argc - 2, argv + 2, envp);
  if (argc > 2 && is_equal(argv[1], "exec")) return become(argv + 2, envp);
  if (argc > 1 && is_equal(argv[1], "keep")) status = keep(argc - 2, argv + 2);
  if (status == EXIT_USAGE) CALL(write, 2, usage, sizeof usage - 1);
  return status;
}
