/**
 * A terminal with a shell in it, for a krakend-watch that somebody sits before.
 *
 * @module
 */

import { IMPORT_MAP, MAIN } from "../../scripts/paths.ts";
import { until } from "../../scripts/lab/until.ts";
import type { Playground } from "./playground.ts";
import { isRunning, succeeds, writeScript } from "./processes.ts";

/** Whether there is what a terminal is made of: `script` of util-linux, bash and stty. */
export const HAS_TERMINAL = Deno.build.os === "linux" &&
  await succeeds(
    "script",
    "-qec",
    "bash -c 'stty -F /dev/tty -a'",
    "/dev/null",
  );

/** What the shell finds in its folder: krakend-watch, which notes its number and its terminal. */
const KRAKEND_WATCH = `echo $$ > pid; tty <&2 > tty
  exec "${Deno.execPath()}" run -A --quiet --import-map="${IMPORT_MAP}" "${MAIN}" "$@"`;

/** A pseudo-terminal. Disposing of it closes it, as closing a window does. */
export class Terminal implements AsyncDisposable {
  /** All that was printed, with control sequences. */
  screen = "";
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;

  /** @param command The command line of the program in it, to be run in the folder. */
  constructor(
    folder: string,
    { env, command }: {
      env: Readonly<Record<string, string>>;
      command: string;
    },
  ) {
    this.#folder = folder;
    this.#child = new Deno.Command("script", {
      // Without -e never, script turns the echo off when its own input is no terminal.
      args: [
        "--quiet",
        "--flush",
        "--return",
        "-E",
        "always",
        "-c",
        command,
        "/dev/null",
      ],
      cwd: folder,
      env: { TERM: "xterm", SHELL: "/bin/sh", NO_COLOR: "", ...env },
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Opens a terminal with an interactive shell, where `./kw` is krakend-watch. */
  static async open(
    place: Playground,
    command = "bash --norc --noediting -i",
  ): Promise<Terminal> {
    await writeScript(place.folder, "kw", KRAKEND_WATCH);
    const env = { KRAKEND_BIN: place.gateway, USAGE_DISABLE: "1", PS1: "$ " };
    return new Terminal(place.folder, { env, command });
  }

  /** Resolves to the exit code of the program in it, when that has ended. */
  get code(): Promise<number> {
    return this.#child.status.then(({ code }) => code);
  }

  /** The process of script(1). */
  get script(): number {
    return this.#child.pid;
  }

  /** The number of the krakend-watch that was started last; 0 if there is none yet. */
  get pid(): Promise<number> {
    return Deno.readTextFile(`${this.#folder}/pid`).then(Number, () => 0);
  }

  /** Types, control characters too. */
  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** How often a text was printed. */
  count(text: string): number {
    return this.screen.split(text).length - 1;
  }

  /** Waits until a text was printed so many times. */
  shows(text: string, times = 1): Promise<void> {
    return this.until(
      `"${text}" is shown ${times} times`,
      () => this.count(text) >= times,
    );
  }

  /** Waits, and shows the screen if it was in vain. */
  until(sentence: string, condition: () => boolean | Promise<boolean>) {
    return until(sentence, condition, { evidence: () => this.screen });
  }

  /** Waits until the terminal gives whole lines with echo, or single keys without. */
  async gives(what: "lines" | "keys"): Promise<void> {
    const expected = what === "lines"
      ? /\sicanon.*\secho\s/s
      : /-icanon.*-echo\s/s;
    await this.until(`the terminal gives ${what}`, async () => {
      const tty = (await Deno.readTextFile(`${this.#folder}/tty`)).trim();
      const { stdout } = await new Deno.Command("stty", {
        args: ["-F", tty, "-a"],
        stdin: "null",
        stderr: "null",
      }).output();
      return expected.test(new TextDecoder().decode(stdout));
    });
  }

  /** Waits until the krakend-watch that was started last has left. */
  async isLeft(): Promise<void> {
    const pid = await this.pid;
    await this.until(
      "krakend-watch has left",
      async () => !await isRunning(pid),
    );
  }

  /** Closes the terminal from outside, as a window is closed or a line is cut. */
  async hangUp(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp();
    await this.#writer.close().catch(() => {});
    await this.#reading;
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has left by itself.
    }
  }

  async #read(): Promise<void> {
    const texts = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of texts) this.screen += text;
  }
}
