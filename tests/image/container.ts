/**
 * Runs an image as a container engine does: as PID 1, on its own files, as its user.
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";
import type { Image } from "./image.ts";

/** The words after `docker run`. */
export interface RunOptions {
  /** The folder that is mounted as /etc/krakend. */
  readonly folder: string;
  /** The words after the name of the image. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A running container. */
export interface Container extends AsyncDisposable {
  /** The number of its first process, as seen from outside. */
  readonly pid: number;
  /** Returns both streams so far. */
  readonly text: () => string;
  readonly status: Promise<Deno.CommandStatus>;
  /** As `docker stop`. */
  stop(): void;
}

/** Mounts read-only files, the folder, /proc, /dev and /tmp; becomes the program. */
const SETUP = `set -e
root=$1 folder=$2 user=$3 place=$4; shift 4
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
# The old mount is below the new one, for those who stand in it.
cd "$root"
mount --bind "$folder" "$root/etc/krakend"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs dev "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
exec unshare --root="$root" --wd="$place" --setgid="$user" --setuid="$user" "$@"
`;

/** Starts a container. Disposing of it kills all of it. */
export async function runContainer(
  { config, root }: Image,
  { folder, args = config.Cmd ?? [], env = {} }: RunOptions,
): Promise<Container> {
  const own = config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2));
  const child = new Deno.Command("unshare", {
    args: [
      ...["--mount", "--pid", "--fork", "--kill-child"],
      ...["sh", "-c", SETUP, "sh"],
      ...[root, folder, config.User, config.WorkingDir],
      ...[...config.Entrypoint, ...args],
    ],
    clearEnv: true,
    // Without it, KrakenD sends usage data.
    env: { ...Object.fromEntries(own), USAGE_DISABLE: "1", ...env },
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const status = reading.then(() => child.status);
  const pid = await firstProcess(child.pid);
  const signal = (number: number, name: Deno.Signal) => {
    try {
      Deno.kill(number, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  return {
    pid,
    text: () => text,
    status,
    stop: () => signal(pid, "SIGTERM"),
    async [Symbol.asyncDispose]() {
      // With the first process of its namespace, all the others go.
      signal(pid, "SIGKILL");
      signal(child.pid, "SIGKILL");
      await status;
    },
  };
}

/** The process that unshare has started, which is number 1 for itself. */
async function firstProcess(unshare: number): Promise<number> {
  let pid = 0;
  await until("the container has a process", async () => {
    const path = `/proc/${unshare}/task/${unshare}/children`;
    const children = await Deno.readTextFile(path).catch(() => "");
    pid = Number(children.trim().split(" ")[0]);
    return pid > 0;
  });
  return pid;
}
