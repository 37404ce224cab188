/**
 * A folder in which the commands of the documents are run, as they stand.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { ensureDir } from "@std/fs";
import { findGateway } from "../../scripts/gateway/build.ts";
import { until } from "../../scripts/lab/until.ts";
import { PROGRAM } from "../../scripts/lab/watch_process.ts";

/** A command that has ended. */
export interface Ended {
  readonly code: number;
  /** Standard output and error. */
  readonly output: string;
}

/** A command that runs. It is stopped in the end. */
export interface Task extends AsyncDisposable {
  readonly text: () => string;
  readonly status: Promise<Deno.CommandStatus>;
  stop(): void;
}

/** A folder, with krakend, krakend-watch, deno and docker on PATH. */
export interface Desk extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file. */
  save(name: string, text: string): Promise<void>;
  /** Adds a program to PATH, as a script for sh. */
  provide(name: string, script: string): Promise<void>;
  /** Runs a command to its end. */
  run(command: readonly string[]): Promise<Ended>;
  start(command: readonly string[]): Task;
}

/**
 * Stands in for `docker run`: krakend-watch runs in the folder that is mounted,
 * with the variables and arguments of the container. The image itself is
 * tested in tests/image.
 */
const DOCKER = `#!/bin/sh
set -e
[ "$1" = run ] || { echo "only docker run is known here: $*" >&2; exit 3; }
shift
while [ "\${1#-}" != "$1" ]; do
  case $1 in
    --rm | -it | --read-only) shift ;;
    --tmpfs | -p) shift 2 ;;
    -e) export "$2"; shift 2 ;;
    -v) cd "\${2%%:/etc/krakend*}"; shift 2 ;;
    *) echo "docker run has no $1 here" >&2; exit 3 ;;
  esac
done
case $1 in
  krakend-watch | ghcr.io/krakend-watch/krakend-watch:2.13) shift ;;
  *) echo "there is no image $1 here" >&2; exit 3 ;;
esac
exec krakend-watch "$@"
`;

/**
 * Opens a folder; disposing of it removes it.
 *
 * @param ip The address that gateways listen on.
 */
export async function openDesk(ip = "127.0.0.1"): Promise<Desk> {
  const home = await Deno.makeTempDir({ prefix: "krakend-watch-docs-" });
  const [folder, bin] = [join(home, "folder"), join(home, "bin")];
  await ensureDir(folder);
  await ensureDir(bin);
  const quoted = [Deno.execPath(), ...PROGRAM].map((it) => `'${it}'`);
  const provide = (name: string, script: string) =>
    Deno.writeTextFile(join(bin, name), script, { mode: 0o755 });
  await provide("krakend-watch", `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
  await provide("docker", DOCKER);
  await Deno.symlink(await findGateway(), join(bin, "krakend"));
  await Deno.symlink(Deno.execPath(), join(bin, "deno"));
  const env = {
    HOME: home,
    PATH: `${bin}:${Deno.env.get("PATH")}`,
    // Without it, KrakenD sends usage data.
    USAGE_DISABLE: "1",
    KRAKEND_LISTEN_IP: ip,
    // Deno keeps what it has fetched in the home folder.
    DENO_DIR: await denoDir(),
  };
  const options = { cwd: folder, env, stdin: "null" } as const;
  return {
    folder,
    env,
    provide,
    async save(name, text) {
      await ensureDir(dirname(join(folder, name)));
      await Deno.writeTextFile(join(folder, name), text);
    },
    async run([program = "", ...args]) {
      const { code, stdout, stderr } = await new Deno.Command(program, {
        ...options,
        args,
        signal: AbortSignal.timeout(20_000),
      }).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, output: decode(stdout) + decode(stderr) };
    },
    start: ([program = "", ...args]) =>
      startTask(program, { ...options, args }),
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

/** Both streams are one file, so that their lines are in order. */
function startTask(program: string, options: Deno.CommandOptions): Task {
  const path = Deno.makeTempFileSync();
  const { args = [] } = options;
  const child = new Deno.Command("sh", {
    ...options,
    args: ["-c", 'exec "$@" >>"$0" 2>&1', path, program, ...args],
  }).spawn();
  return {
    text: () => Deno.readTextFileSync(path),
    status: child.status,
    stop: () => child.kill("SIGTERM"),
    async [Symbol.asyncDispose]() {
      let hasEnded = false;
      child.status.then(() => hasEnded = true);
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await until("the command ends", () => hasEnded);
      await Deno.remove(path);
    },
  };
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
