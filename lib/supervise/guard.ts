/**
 * Ends the gateways when krakend-watch itself is killed.
 *
 * SIGKILL cannot be heard, but a pipe tells: its end closes with the program
 * that holds it, however that ends. A small shell waits for that.
 *
 * @module
 */

/** Options for {@linkcode Guard}. */
export interface GuardOptions {
  /** A folder of ours that is of no use to anybody else. */
  readonly temporary: string;
  /** How long gateways may take to leave before they are killed, in milliseconds. */
  readonly graceMs: number;
  /** The system that the shell is for; for tests. */
  readonly system?: { readonly os: typeof Deno.build.os; readonly pid: number };
}

/**
 * Reads what begins and ends, one a line: `+ GROUP`, `- GROUP`. At the end of
 * that it asks the groups that are left to leave, and cleans up.
 */
const SCRIPT = `
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) rest=
       for other in $groups; do
         [ "$other" = "$group" ] || rest="$rest $other"
       done
       groups=$rest ;;
  esac
done
tell() { for group in $groups; do kill -s "$1" -- "-$group"; done 2> /dev/null; }
are_left() {
  for group in $groups; do kill -s 0 -- "-$group" && return 0; done 2> /dev/null
  return 1
}
tell TERM
tell CONT
tenths=$2
while [ "$tenths" -gt 0 ] && are_left; do
  sleep 0.1
  tenths=$((tenths - 1))
done
tell KILL
rm -rf -- "$1"
`;

const REAL_SYSTEM = { os: Deno.build.os, pid: Deno.pid };

/** Watches over process groups, from outside. */
export class Guard implements AsyncDisposable {
  readonly #options: GuardOptions;
  readonly #encoder = new TextEncoder();
  #shell: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Whether a shell watches. */
  get isThere(): boolean {
    return this.#shell !== undefined;
  }

  /** Watches over a group, too. */
  add(leader: number): void {
    if (!this.#shell) this.#start();
    this.#write(`+ ${leader}\n`);
  }

  /** A group has ended. */
  remove(leader: number): void {
    this.#write(`- ${leader}\n`);
  }

  /** Watches no longer. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#shell?.kill("SIGKILL");
    } catch {
      // Somebody else has ended it.
    }
    await this.#shell?.status;
    await this.#writer?.abort().catch(() => {});
  }

  #start(): void {
    const { temporary, graceMs, system = REAL_SYSTEM } = this.#options;
    // Windows has no such shell; and with process 1, the kernel ends all others.
    if (system.os === "windows" || system.pid === 1) return;
    try {
      this.#shell = new Deno.Command("/bin/sh", {
        args: [
          "-c",
          SCRIPT,
          "krakend-watch",
          temporary,
          String(Math.ceil(graceMs / 100)),
        ],
        // What ends us by a group or a terminal must not end it.
        detached: true,
        cwd: "/",
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      this.#writer = this.#shell.stdin.getWriter();
    } catch {
      // Where there is no shell, a gateway outlives us as it always would.
    }
  }

  #write(line: string): void {
    this.#writer?.write(this.#encoder.encode(line)).catch(() => {});
  }
}
