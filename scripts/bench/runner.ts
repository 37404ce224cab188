/**
 * A contestant that runs in a folder of its own.
 *
 * @module
 */

import { delay } from "@std/async";
import { dirname, join } from "@std/path";
import { type Backend, startBackend } from "../lab/backend.ts";
import { configText, freePort } from "../lab/config.ts";
import type { Contestant } from "./contestants.ts";

/** Options for {@linkcode Runner.start}. */
export interface RunnerOptions {
  readonly contestant: Contestant;
  /** Endpoints that only make the boot longer. */
  readonly ballast: number;
  /** Where standard output and error go, relative to the folder; nowhere if absent. */
  readonly log?: string;
}

/** Time between two questions whether something is served, in milliseconds. */
const POLL_MS = 1;
const DEADLINE_MS = 60_000;

/** A contestant, its configuration, and a backend. */
export class Runner implements AsyncDisposable {
  readonly port = freePort();
  readonly folder = Deno.makeTempDirSync({ prefix: "krakend-watch-bench-" });
  readonly #backend: Backend = startBackend();
  readonly #options: RunnerOptions;
  #child: Deno.ChildProcess | undefined;
  #rounds = 0;

  private constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Starts a contestant, and waits until its gateway serves. */
  static async start(options: RunnerOptions): Promise<Runner> {
    await using stack = new AsyncDisposableStack();
    const runner = stack.use(new Runner(options));
    await runner.boot();
    stack.move();
    return runner;
  }

  /** Makes a runner whose contestant is not started yet. */
  static idle(options: RunnerOptions): Runner {
    const runner = new Runner(options);
    runner.#save();
    return runner;
  }

  /** The number of the contestant's process. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** An endpoint of the configuration that was saved last. */
  get path(): string {
    return `/round/${this.#rounds}`;
  }

  /** Starts the contestant, and returns how long it takes to serve, in milliseconds. */
  async boot(): Promise<number> {
    this.#save();
    const startedAt = performance.now();
    this.#child = this.spawn("null");
    await this.#isServed();
    return performance.now() - startedAt;
  }

  /** Starts the contestant in the folder. */
  spawn(stderr: "null" | "piped"): Deno.ChildProcess {
    const { contestant: { program, args }, log } = this.#options;
    const command = [program, ...args];
    const script = `mkdir -p '${
      dirname(log ?? "")
    }'; exec "$@" >> '${log}' 2>&1`;
    const [first = "", ...rest] = log
      ? ["sh", "-c", script, "sh", ...command]
      : command;
    return new Deno.Command(first, {
      args: rest,
      cwd: this.folder,
      // KrakenD sends usage data unless asked not to.
      env: { USAGE_DISABLE: "1" },
      stdin: "null",
      stdout: "null",
      stderr,
    }).spawn();
  }

  /** Saves a configuration, and returns how long it takes until it is served, in milliseconds. */
  async reload(): Promise<number> {
    const startedAt = performance.now();
    this.#save();
    await this.#isServed();
    return performance.now() - startedAt;
  }

  /** Ends the contestant. */
  async stop(child = this.#child): Promise<void> {
    try {
      child?.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await child?.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#backend[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  #save(): void {
    const { port } = this;
    const { ballast } = this.#options;
    this.#rounds++;
    const more = Array.from({ length: ballast }, (_, i) => `/ballast/${i}`);
    const endpoints = [this.path, "/slow/2000", ...more];
    const text = configText({ port, backend: this.#backend.url, endpoints });
    Deno.writeTextFileSync(join(this.folder, "krakend.json"), text);
  }

  /** Waits until the last configuration is served. */
  async #isServed(): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!await answers(this.port, this.path)) {
      if (performance.now() > deadline) {
        const { name } = this.#options.contestant;
        throw new Error(`${name} did not serve within ${DEADLINE_MS} ms`);
      }
      await delay(POLL_MS);
    }
  }
}

/** Whether a path is answered with 200. */
export async function answers(port: number, path: string): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const request =
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    const bytes = new Uint8Array(12);
    await connection.read(bytes);
    return new TextDecoder().decode(bytes) === "HTTP/1.1 200";
  } catch {
    return false;
  }
}
