/**
 * A room with nothing in it but the programs of a test: a root folder of their
 * own, in a namespace of their own.
 *
 * @module
 */

import { join } from "@std/path";
import { finish, type Outcome } from "./finish.ts";

/** What a room is like while a program runs in it. */
export interface RoomOptions {
  /** Programs with arguments that start all of it, from outside of the room. */
  within?: readonly string[];
  /** All of the environment. */
  env?: Record<string, string>;
  /** Who runs the program, as USER:GROUP. Default: root. */
  user?: string;
  /** What is not there: /proc, /dev, or the right to write. */
  without?: readonly ("proc" | "dev" | "writing")[];
}

const ENTER = `
set -e
case $WITHOUT in *writing*) mount --bind "$ROOM" "$ROOM";; esac
case $WITHOUT in *proc*) ;; *) mount -t proc -o nosuid,nodev,noexec proc "$ROOM/proc";; esac
case $WITHOUT in *dev*) ;; *) mount -t tmpfs dev "$ROOM/dev"; mknod -m 666 "$ROOM/dev/null" c 1 3;; esac
case $WITHOUT in *writing*) mount -o remount,ro,bind "$ROOM";; esac
chroot=$(command -v chroot)
cd /
set -- "$chroot" --userspec="$USER_IN_ROOM" "$ROOM" "$@"
for variable in $VARIABLES; do set -- "$variable" "$@"; done
exec env -i "$@"
`;

/** A root folder; it is removed in the end. */
export class Room implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes a room with programs in /bin: their names, and their paths. */
  static async with(programs: Readonly<Record<string, string>>): Promise<Room> {
    const room = new Room(await Deno.makeTempDir({ prefix: "room-" }));
    await Deno.chmod(room.#folder, 0o755);
    for (const folder of ["bin", "dev", "etc", "home", "proc", "tmp"]) {
      await Deno.mkdir(room.path(folder));
    }
    await Deno.chmod(room.path("tmp"), 0o1777);
    await Deno.chmod(room.path("home"), 0o777);
    for (const [name, path] of Object.entries(programs)) {
      // By another process: see cached() in subject.ts.
      await finish(["cp", path, room.path(`bin/${name}`)]);
    }
    return room;
  }

  /** Where a file of the room is outside of it. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Returns the command that runs a program, which is named as it is called in the room. */
  command(
    command: readonly string[],
    options: RoomOptions = {},
  ): string[] {
    const { within = [], env = {}, user = "0:0", without = [] } = options;
    const variables = Object.entries(env).map(([name, value]) =>
      `${name}=${value}`
    );
    return [
      "env",
      `ROOM=${this.#folder}`,
      `USER_IN_ROOM=${user}`,
      `WITHOUT=${without}`,
      `VARIABLES=${variables.join(" ")}`,
      ...within,
      ...["unshare", "--mount", "sh", "-c", ENTER, "sh", ...command],
    ];
  }

  /** Runs a program to its end. */
  run(command: readonly string[], options?: RoomOptions): Promise<Outcome> {
    return finish(this.command(command, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
