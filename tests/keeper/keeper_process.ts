/**
 * A keeper as a process, and what is started under it.
 *
 * @module
 */

import { join } from "@std/path";
import { keeperPath } from "../../scripts/build/keeper.ts";
import { freePort } from "../../scripts/lab/config.ts";
import { until } from "../../scripts/lab/until.ts";
import { compileProgram } from "./programs.ts";

/** The path of the probe: see probe.c. */
export const PROBE = await compileProgram("probe");
/** The path of the keeper under test. */
export const KEEPER = Deno.env.get("KEEPER_BIN") ?? await keeperPath();

/** Options for {@linkcode KeeperProcess.start}. */
export interface KeeperProcessOptions {
  /** A command before the keeper's own. */
  readonly prefix?: readonly string[];
  readonly program?: string;
  readonly queueMs?: number;
  readonly killMs?: number;
  /** To be removed if this process dies. */
  readonly folder?: string;
  readonly socket?: string;
  /** Whether what it says is read. Default: true. */
  readonly isRead?: boolean;
}

/** Options for {@linkcode KeeperProcess.launch}. */
export interface LaunchOptions {
  /** A command before the launcher's own. */
  readonly prefix?: readonly string[];
  /** Default: the probe. */
  readonly program?: string;
  /** The port whose listen is held; 0 for the first one. Default: 0. */
  readonly port?: number;
  readonly cwd?: string;
}

/** A process whose output is kept. */
export class Program {
  output = "";
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #read: Promise<unknown>;
  #hasEnded = false;

  constructor(command: readonly string[], cwd?: string) {
    const [program = "", ...args] = command;
    this.#child = new Deno.Command(program, {
      args,
      ...(cwd && { cwd }),
      // It leads a group, as gateways do.
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#read = Promise.all([
      this.#collect(this.#child.stdout),
      this.#collect(this.#child.stderr),
    ]);
    this.status = this.#child.status;
    this.status.then(() => this.#hasEnded = true);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  signal(name: Deno.Signal): void {
    try {
      this.#child.kill(name);
    } catch { /* it has ended */ }
  }

  /** Waits for its end, and returns its exit code. */
  async end(): Promise<number> {
    await until(`process ${this.pid} has ended`, () => this.#hasEnded, {
      evidence: () => this.output,
    });
    await this.#read;
    return (await this.status).code;
  }

  /** Waits until it has written a text. */
  async writes(text: string): Promise<void> {
    await until(`it has written ${text}`, () => this.output.includes(text), {
      evidence: () => this.output,
    });
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.output += decoder.decode(chunk, { stream: true });
    }
  }
}

/** A keeper; at the end of its scope it and all that it has started are killed. */
export class KeeperProcess implements AsyncDisposable {
  /** All that it has said. */
  readonly lines: string[] = [];
  readonly socket: string;
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #programs: Program[] = [];
  readonly #program: string;
  #hasEnded = false;

  constructor(options: KeeperProcessOptions = {}) {
    const { queueMs = 2_000, killMs = 2_000, folder = "" } = options;
    this.socket = options.socket ?? `@keeper-test-${crypto.randomUUID()}`;
    this.#program = options.program ?? KEEPER;
    const [program = "", ...args] = [
      ...(options.prefix ?? []),
      this.#program,
      "keep",
      this.socket,
      `${queueMs}`,
      `${killMs}`,
      folder,
    ];
    this.#child = new Deno.Command(program, {
      args,
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.pid = this.#child.pid;
    this.status = this.#child.status;
    this.status.then(() => this.#hasEnded = true);
    this.#input = this.#child.stdin.getWriter();
    if (options.isRead ?? true) this.read();
  }

  /** Starts a keeper, and waits until it is ready. */
  static async start(
    options: KeeperProcessOptions = {},
  ): Promise<KeeperProcess> {
    const keeper = new KeeperProcess(options);
    await keeper.says("ready");
    return keeper;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Starts the probe, or another program, under the keeper. */
  launch(actions: readonly string[], options: LaunchOptions = {}): Program {
    const { prefix = [], program = PROBE, port = 0, cwd } = options;
    const launch = [this.#program, "launch", this.socket, `${port}`];
    const command = [...prefix, ...launch, program, ...actions];
    const started = new Program(command, cwd);
    this.#programs.push(started);
    return started;
  }

  /** Starts the probe with a service, waits until it asks to listen, lets it, and waits until it does. */
  async serve(
    address: string,
    actions: readonly string[] = ["serve"],
    options: LaunchOptions = {},
  ): Promise<Program> {
    const it = this.launch([`tcp:${address}`, ...actions], options);
    await this.says(`listening ${it.pid} ${address}`);
    await this.go(it, address);
    return it;
  }

  /** Lets an instance listen, and waits until it does. */
  async go({ pid }: Program, address: string): Promise<void> {
    await this.command(`go ${pid}`);
    await this.says(`serving ${pid} ${address}`);
  }

  /** Writes a line to it. */
  async command(line: string): Promise<void> {
    await this.write(`${line}\n`);
  }

  /** Writes to it. */
  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Closes its standard input, as the end of the supervisor does. */
  async closeInput(): Promise<void> {
    await this.#input.close();
  }

  /** Waits until it has said a line. */
  async says(line: string, times = 1): Promise<void> {
    await until(
      `the keeper has said: ${line}`,
      () => this.lines.filter((it) => it === line).length >= times,
      { evidence: () => this.lines.join("\n") },
    );
  }

  /** Its lines about a process, without the process id. */
  of({ pid }: Program): string[] {
    const part = ` ${pid}`;
    return this.lines.filter((line) => `${line} `.includes(`${part} `))
      .map((line) => line.replace(part, ""));
  }

  /** Waits for its end, and returns its exit code. */
  async end(): Promise<number> {
    await until("the keeper has ended", () => this.#hasEnded);
    return (await this.status).code;
  }

  signal(name: Deno.Signal): void {
    this.#child.kill(name);
  }

  /** Reads what it says, from now on. */
  async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.#child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(
        "\n",
      );
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const it of this.#programs) {
      try {
        Deno.kill(-it.pid, "SIGKILL");
      } catch { /* it has ended */ }
    }
    for (const it of this.#programs) await it.end();
    if (!this.#hasEnded) this.signal("SIGKILL");
    await this.status;
    await this.#input.close().catch(() => {});
    if (!this.#child.stdout.locked) await this.#child.stdout.cancel();
  }
}

/** An address that nothing has. */
export function freeAddress(): string {
  return `127.0.0.1:${freePort()}`;
}

/** Asks a probe: returns its process id, or the name of the error. */
export async function ask(address: string, withinMs = 10_000): Promise<string> {
  const [, host = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  try {
    using connection = await Deno.connect({
      hostname: host,
      port: Number(port),
    });
    const timer = setTimeout(() => connection.close(), withinMs);
    try {
      await connection.write(
        new TextEncoder().encode("GET / HTTP/1.1\r\nHost: probe\r\n\r\n"),
      );
      const bytes = new Uint8Array(1024);
      const size = await connection.read(bytes);
      const text = new TextDecoder().decode(bytes.subarray(0, size ?? 0));
      return text.split("\r\n\r\n")[1] ?? "nothing";
    } finally {
      clearTimeout(timer);
    }
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** A folder of its own; `using` removes it. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "keeper-test-" });
  return {
    path,
    [Symbol.dispose]() {
      try {
        Deno.removeSync(path, { recursive: true });
      } catch { /* a test has removed it */ }
    },
  };
}

/** A path in a folder that other users can reach. */
export function sharedCopy(
  folder: string,
  program: string,
  name: string,
): string {
  const path = join(folder, name);
  Deno.copyFileSync(program, path);
  Deno.chmodSync(path, 0o755);
  Deno.chmodSync(folder, 0o755);
  return path;
}
