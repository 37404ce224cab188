/**
 * Namespaces in which a program is the first process, as it is in a container.
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";

/** Makes what follows the first process. */
export const IN_NAMESPACE = [
  "unshare",
  "--pid",
  "--fork",
  "--mount-proc",
  "--kill-child",
] as const;

/** The numbers, as they are here, of the processes that another has started and that run. */
export function childrenOf(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Waits for the first process that another starts. */
export async function firstProcess(parent: number): Promise<number> {
  let pid: number | undefined;
  await until("it has started a process", () => {
    pid = childrenOf(parent)[0];
    return pid !== undefined;
  });
  return pid ?? 0;
}

const WITHIN_MS = 20_000;

/** A program that is the first process of a namespace. It ends with the test. */
export class Namespace implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly #deadline: ReturnType<typeof setTimeout>;
  /** What it has written so far, to both streams. */
  shown = "";

  constructor(command: readonly string[]) {
    const [program = "", ...args] = [...IN_NAMESPACE, ...command];
    this.#child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#deadline = setTimeout(() => this.#kill(), WITHIN_MS);
    const { stdout, stderr } = this.#child;
    this.#reading = Promise.all([this.#read(stdout), this.#read(stderr)]);
  }

  /** The number of the process, as it is here. */
  first(): Promise<number> {
    return firstProcess(this.#child.pid);
  }

  /** Waits until it has written a text. */
  async shows(text: string): Promise<void> {
    await until(
      `the program writes ${JSON.stringify(text)}`,
      () => this.shown.includes(text),
      { evidence: () => this.shown },
    );
  }

  /** Waits until it has ended and all of its output is there. */
  async code(): Promise<number> {
    await this.#reading;
    return (await this.#child.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.code();
    clearTimeout(this.#deadline);
  }

  /** Kills the first process, too: one that has changed its user no longer ends with unshare. */
  #kill(): void {
    try {
      for (const pid of childrenOf(this.#child.pid)) Deno.kill(pid, "SIGKILL");
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const texts = stream.pipeThrough(new TextDecoderStream());
    for await (const text of texts) this.shown += text;
  }
}
