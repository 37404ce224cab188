/**
 * A terminal to run a program in, by script(1).
 *
 * @module
 */

import { until } from "../../scripts/lab/until.ts";

/** A program in a terminal of its own. */
export class Terminal {
  readonly #script: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  /** What the terminal has shown so far, with plain ends of lines. */
  shown = "";

  /** Starts a command of the shell. */
  constructor(command: string, env: Record<string, string>) {
    this.#script = new Deno.Command("script", {
      args: [
        "--quiet",
        "--flush",
        "--return",
        "--command",
        command,
        "/dev/null",
      ],
      env: { ...env, SHELL: "/bin/sh" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#script.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** The number of the process of script(1). */
  get pid(): number {
    return this.#script.pid;
  }

  /** Types keys. */
  async type(keys: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(keys));
  }

  /** Waits until the terminal shows a text. */
  async shows(text: string): Promise<void> {
    await until(
      `the terminal shows ${JSON.stringify(text)}`,
      () => this.shown.includes(text),
      { evidence: () => this.shown },
    );
  }

  /** Takes the terminal away, as when its window is closed. */
  async close(): Promise<void> {
    try {
      this.#script.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#script.status;
    await this.#reading;
    await this.#writer.abort().catch(() => {});
  }

  async #read(): Promise<void> {
    const texts = this.#script.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of texts) this.shown += text.replaceAll("\r", "");
  }
}
