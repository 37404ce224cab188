/**
 * The keeper: a small process that owns the listening sockets of gateways, and
 * lets the next one listen when the supervisor says so (scripts/keeper).
 *
 * It lives as long as our end of its standard input: if this process is killed,
 * the keeper ends all gateways and commands, and removes the private folder.
 * Where its program is missing, a shell does the last part alone.
 *
 * @module
 */

import { BUILD } from "../build.ts";
import { type Child, startChild } from "../child.ts";
import { attempt, ifPossible } from "../errors.ts";
import { Timer } from "../timer.ts";

/** An event of the keeper about the process `pid`. */
export type KeeperEvent = {
  readonly kind:
    /** It has booted, and asks to listen. */
    | "listening"
    /** It has all new connections of the address from now on. */
    | "serving"
    /** The kernel has bound an address for it, which no other instance can share, such as one of UDP. */
    | "unshared"
    /** Its addresses cannot be read: the kernel binds them. */
    | "unreadable"
    /** It did not get the address: `reason` says why. */
    | "unavailable"
    /** It has a TCP port. */
    | "bound";
  readonly pid: number;
  readonly address: string;
  /** The end of a sentence that begins with the address. */
  readonly reason?: string;
};

/** Options for {@linkcode Keeper}. */
export interface KeeperOptions {
  /** The private folder, to be removed if this process is killed. */
  readonly folder: string | undefined;
  /** From SIGTERM to SIGKILL if this process is killed, in milliseconds. */
  readonly shutdownMs: number;
  readonly onEvent?: (event: KeeperEvent) => void;
  /** Called once if it turns out later that instances cannot share a port. */
  readonly onTrouble?: (reason: string) => void;
}

/** Connections wait for the successor of an instance that crashed for so long, in milliseconds. */
const QUEUE_MS = 5_000;

/** The keeper has so long to end in order, in milliseconds. */
const LAST_MS = 1_000;

/** The time until it is tried again to start a watchdog, in milliseconds. */
const RETRY_MS = 5_000;

/** The words of the keeper for what stands in its way. */
const REASONS: Readonly<Record<string, string>> = {
  kernel: "the kernel is older than 5.9",
  seccomp: "seccomp is not allowed here",
  proc: "/proc is not mounted",
  memory: "the memory of other processes cannot be read",
  processes: "no further process can be started",
  socket: "no unix socket can be made",
  busy: "the container's runtime supervises system calls itself",
  yama: "kernel.yama.ptrace_scope is above 1",
};

/** Why an instance did not get an address, as the end of a sentence. */
export const TAKEN = "is in use by another program";

/** Errors of bind(2), by their numbers on Linux. */
const BIND_ERRORS: Readonly<Record<string, string>> = {
  13: "may not be opened by this user",
  99: "is no address of this machine",
};

/** Why the launcher did not put a gateway under the keeper, by its exit code. */
const UNSHARED: Readonly<Record<number, string>> = {
  124:
    "krakend has rights by its file (setuid, setgid or capabilities), which it would lose under the keeper",
  125: "the gateway could not be started under the keeper",
};

/** Ends process groups when its input ends without `bye`. Arguments: the folder, tenths of a second to SIGKILL. */
const SHELL_WATCHDOG = `
trap "" HUP INT TERM
groups=
while read -r word group; do
  case $word in
    watch) groups="$groups $group" ;;
    unwatch)
      rest=
      for other in $groups; do [ "$other" = "$group" ] || rest="$rest $other"; done
      groups=$rest ;;
    bye) exit ;;
  esac
done
send() { for group in $groups; do kill -s "$1" -- "-$group"; done 2> /dev/null; }
alive() { for group in $groups; do kill -s 0 -- "-$group" && return; done 2> /dev/null; return 1; }
send TERM
tenths=$2
while [ "$tenths" -gt 0 ] && alive; do sleep 0.1; tenths=$((tenths - 1)); done
send KILL
[ -z "$1" ] || rm -rf -- "$1"
`;

/** Starts the keeper with the first process, and speaks with it. */
export class Keeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  /** Undefined without its program, or when it has ended. */
  #command = keeperCommand();
  readonly #socket = `@krakend-watch-${crypto.randomUUID()}`;
  readonly #encoder = new TextEncoder();
  readonly #joined = new Set<number>();
  /** The process groups to be ended if this process is killed. */
  readonly #watched = new Set<number>();
  #process: Deno.ChildProcess | undefined;
  #retry: Timer | undefined;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;
  #trouble: string | undefined;
  #isClosed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    if (!this.#command) this.#trouble = missingReason();
  }

  /** Why instances that start now cannot share their port; undefined if they can, as far as is known. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Returns how to start the same program under the keeper, with the same process id; undefined if that is not possible. `port` is the one that it is to serve; 0 for the first that it listens on. */
  wrap<T extends Child>(spec: T, port: number): T | undefined {
    this.#start();
    if (this.#trouble !== undefined) return undefined;
    const [program = "", ...args] = this.#command ?? [];
    const launch = ["launch", this.#socket, `${port}`];
    return {
      ...spec,
      program,
      args: [...args, ...launch, spec.program, ...spec.args],
    };
  }

  /** Whether the keeper is why a process failed that was started by {@linkcode wrap}. None is started so any more, then. */
  isCauseOf(pid: number, exitCode: number): boolean {
    const reason = UNSHARED[exitCode];
    if (reason && !this.#joined.has(pid)) this.#distrust(reason);
    // Without the keeper, its calls fail.
    return this.#trouble !== undefined;
  }

  /** Lets an instance listen, and gives it all new connections. */
  letServe(pid: number): void {
    this.#send(`go ${pid}`);
  }

  /** Must come before SIGTERM: connections in the queue of an instance that ends on purpose wait for no successor. */
  end(pid: number): void {
    this.#send(`end ${pid}`);
  }

  /** Has a process group ended if this process is killed. */
  watch(pid: number): void {
    this.#start();
    this.#watched.add(pid);
    this.#send(`watch ${pid}`);
  }

  /** Forgets a process that has ended. */
  forget(pid: number): void {
    this.#joined.delete(pid);
    this.#watched.delete(pid);
    this.#send(`unwatch ${pid}`);
  }

  /** Has instances that start from now on not share their port. */
  #distrust(reason: string): void {
    if (this.#trouble !== undefined || this.#isClosed) return;
    this.#trouble = reason;
    this.#options.onTrouble?.(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#send("bye");
    const process = this.#process;
    // One that was stopped reads nothing.
    const timer = new Timer(LAST_MS, () => process?.kill("SIGKILL"));
    await this.#input?.close().catch(() => {});
    await process?.status;
    timer.cancel();
  }

  #start(): void {
    if (this.#process || this.#isClosed) return;
    const { folder = "", shutdownMs } = this.#options;
    const tenths = Math.ceil(shutdownMs / 100);
    const keeper = this.#command &&
      [...this.#command, "keep", this.#socket, QUEUE_MS, shutdownMs, folder];
    const shell = ["/bin/sh", "-c", SHELL_WATCHDOG, "watchdog", folder, tenths];
    this.#process = (keeper && this.#spawn(keeper)) ?? this.#spawn(shell);
    // Without a watchdog, a gateway outlives us if we are killed.
    if (!this.#process) return this.#startIn(RETRY_MS);
    this.#input = this.#process.stdin.getWriter();
    // Those that were started while it could not be.
    for (const pid of this.#watched) this.#send(`watch ${pid}`);
    this.#read(this.#process.stdout);
  }

  #startIn(ms: number): void {
    this.#retry?.cancel();
    this.#retry = new Timer(ms, () => this.#start());
  }

  /** Returns undefined if it cannot be started: for want of descriptors, for example. */
  #spawn(command: readonly unknown[]): Deno.ChildProcess | undefined {
    const [program = "", ...args] = command.map(String);
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
    try {
      return startChild({ program, args, env, cwd: "/" }, {
        // What ends us by a group or a terminal must not end it.
        detached: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      });
    } catch {
      return void this.#distrust(`cannot start ${program}`);
    }
  }

  async #send(line: string): Promise<void> {
    try {
      await this.#input?.write(this.#encoder.encode(`${line}\n`));
    } catch {
      // It has ended.
    }
  }

  async #read(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder(); // a TextDecoderStream takes 2 ms to set up
    let rest = "";
    try {
      for await (const chunk of output) {
        const lines = (rest + decoder.decode(chunk, { stream: true }))
          .split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) attempt(() => this.#onLine(line));
      }
    } catch {
      // A pipe that breaks has ended.
    }
    this.#distrust("the keeper has ended");
    if (this.#isClosed) return;
    // A shell takes the place of it, as the watchdog; another shell that of one that has ended, though not in haste.
    const ms = this.#command ? 0 : RETRY_MS;
    this.#command = this.#process = undefined;
    this.#startIn(ms);
  }

  #onLine(line: string): void {
    const [kind = "", first = "", ...rest] = line.split(" ");
    const pid = Number(first);
    const [address = "", error = ""] = kind === "unbound"
      ? rest
      : [rest.join(" ")];
    switch (kind) {
      case "unable":
        return this.#distrust(REASONS[first] ?? "the kernel does not allow it");
      case "unreadable":
        this.#distrust("the memory of the gateway cannot be read");
        return this.#options.onEvent?.({ kind, pid, address });
      case "joined":
        return void this.#joined.add(pid);
      case "taken":
      case "unbound": {
        const reason = kind === "taken"
          ? TAKEN
          : BIND_ERRORS[error] ?? `cannot be opened (error ${error})`;
        const event = { kind: "unavailable", pid, address, reason } as const;
        return this.#options.onEvent?.(event);
      }
      case "bound":
      case "listening":
      case "serving":
      case "unshared":
        return this.#options.onEvent?.({ kind, pid, address });
    }
  }
}

function missingReason(): string {
  if (Deno.build.os !== "linux") return "this needs Linux";
  return BUILD.keeper[0]?.startsWith("/proc/")
    ? "/proc is not mounted"
    : "the file krakend-watch-keeper is missing beside krakend-watch";
}

/** Returns the command that starts the keeper; undefined if its program is not there. */
function keeperCommand(): readonly string[] | undefined {
  const [first = "", ...args] = BUILD.keeper;
  const program = first.startsWith("/")
    ? first
    : decodeURIComponent(new URL(first, import.meta.url).pathname);
  const isThere = Deno.build.os === "linux" &&
    ifPossible(() => Deno.statSync(program))?.isFile;
  return isThere ? [program, ...args] : undefined;
}
