/**
 * Commands from outside: signals, and keys with Enter.
 *
 * @module
 */

import { ifPossible } from "./errors.ts";
import { canLoadNode, ignoresHangUp, processState } from "./proc.ts";
import { Timer } from "./timer.ts";

/** What the user asks for. `kill` stops without waiting for requests. */
export type Command = "quit" | "kill" | "reload" | "check" | "help";

/** A command, and where it came from. */
export interface Asked {
  readonly command: Command;
  /** Such as `SIGTERM` or `key q`. */
  readonly source: string;
}

const SIGNALS = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR2",
] as const satisfies readonly Deno.Signal[];

/** Those that end a program, with their numbers. */
const ENDS: Readonly<Partial<Record<Deno.Signal, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
};

const KEYS: Readonly<Record<string, Command>> = {
  __proto__: null as never,
  r: "reload",
  c: "check",
  q: "quit",
  h: "help",
  "?": "help",
};

/** How often a job in the background checks whether it is in the foreground, in milliseconds: shells do not say. */
const FOREGROUND_POLL_MS = 1_000;

/**
 * Takes signals from its construction on. The listeners stay for good: as
 * process 1, Deno crashes at a signal whose listener was removed.
 */
export class Control {
  /** Whether the end of the terminal ends this program, as it does unless nohup or the like has said otherwise. */
  readonly #endsAtHangUp: boolean;
  #early: Asked[] = [];
  #onCommand: ((asked: Asked) => void) | undefined;
  #onSignal: ((signal: Deno.Signal) => void) | undefined;
  #isQuitting = false;
  #isInterrupted = false;

  constructor() {
    // To listen is to ignore no longer.
    this.#endsAtHangUp = !ignoresHangUp() && hasTerminal();
    for (const signal of SIGNALS) {
      Deno.addSignalListener(signal, () => this.#take(signal));
    }
    Deno.addSignalListener("SIGUSR1", closeDebugger);
    // Where files have a limit, a write fails, and does not end the program.
    Deno.addSignalListener("SIGXFSZ", () => {});
  }

  /** Gives every command to a function, those that came before it included. */
  listen(onCommand: (asked: Asked) => void): void {
    this.#onCommand = onCommand;
    for (const asked of this.#early.splice(0)) onCommand(asked);
  }

  /** Gives signals to a function as they are, instead of what they mean. */
  listenToSignals(onSignal: (signal: Deno.Signal) => void): void {
    this.#onSignal = onSignal;
    this.listen(({ source }) => {
      const early = SIGNALS.find((signal) => signal === source);
      if (early) onSignal(early);
    });
  }

  /**
   * Does something that a signal gives up.
   *
   * @returns Its exit code; after a signal, 128 and the signal's number.
   */
  async untilSignal(
    act: (signal: AbortSignal) => Promise<number>,
  ): Promise<number> {
    const ending = new AbortController();
    let code: number | undefined;
    this.listenToSignals((signal) => {
      const number = ENDS[signal];
      if (number === undefined) return;
      code = 128 + number;
      ending.abort();
    });
    try {
      const own = await act(ending.signal);
      return code ?? own;
    } catch (error) {
      if (code === undefined) throw error;
      return code;
    }
  }

  /**
   * Reads keys from standard input, if that is a terminal.
   *
   * @returns Whether it is.
   */
  readKeys(): boolean {
    if (!Deno.stdin.isTerminal() || !canLoadNode()) return false;
    new Keyboard((line) => {
      const command = KEYS[line.trim().toLowerCase()];
      if (command) this.#pass(command, `key ${line.trim()}`);
    });
    return isInForeground();
  }

  #take(signal: typeof SIGNALS[number]): void {
    if (this.#onSignal) return this.#onSignal(signal);
    switch (signal) {
      case "SIGHUP":
        return this.#pass(this.#endsAtHangUp ? "quit" : "reload", signal);
      case "SIGUSR2":
        return this.#pass("check", signal);
      case "SIGINT": {
        const command = this.#isQuitting ? "kill" : "quit";
        this.#isInterrupted = true;
        return this.#pass(command, signal);
      }
      default:
        // `timeout` and others send SIGTERM to the process and to its group:
        // two of them ask for one stop, unless there was a Ctrl-C.
        return this.#pass(
          this.#isQuitting && this.#isInterrupted ? "kill" : "quit",
          signal,
        );
    }
  }

  #pass(command: Command, source: string): void {
    const isAgain = command === "quit" && this.#isQuitting;
    if (command === "quit") this.#isQuitting = true;
    if (isAgain && !source.startsWith("key")) return;
    const asked = { command: isAgain ? "kill" : command, source } as const;
    if (this.#onCommand) this.#onCommand(asked);
    else this.#early.push(asked);
  }
}

/**
 * Reads lines while this process is in the foreground of its terminal: a job in
 * the background that reads is stopped.
 *
 * Node's standard input waits without a read that hangs, so that it can be
 * paused; Deno's cannot. It is loaded only here, for people at a terminal.
 */
class Keyboard {
  readonly #onLine: (line: string) => void;
  #stdin: Promise<{ pause(): void; resume(): void }> | undefined;
  #rest = "";
  #timer: Timer | undefined;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
    Deno.addSignalListener("SIGCONT", () => this.#update());
    this.#update();
  }

  async #update(): Promise<void> {
    this.#timer?.cancel();
    if (isInForeground()) {
      this.#stdin ??= this.#open();
      (await this.#stdin).resume();
    } else {
      (await this.#stdin)?.pause();
      this.#timer = new Timer(FOREGROUND_POLL_MS, () => this.#update());
    }
  }

  async #open() {
    const { default: { stdin } } = await import("node:process");
    stdin.on("data", (bytes: Uint8Array) => this.#read(bytes));
    // The end of the input, or of the terminal, asks for nothing.
    stdin.on("error", () => {});
    return stdin;
  }

  #read(bytes: Uint8Array): void {
    const lines = (this.#rest + new TextDecoder().decode(bytes)).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
  }
}

/**
 * Closes the debugger that Deno opens at SIGUSR1, on 127.0.0.1:9229, to every
 * user of the machine. It opens after its listeners were called, so one attempt
 * is not enough. (The static file's launcher blocks the signal.)
 */
async function closeDebugger(): Promise<void> {
  if (!canLoadNode()) return;
  const { close } = await import("node:inspector");
  for (const ms of [0, 10, 100, 1_000]) new Timer(ms, close);
}

/** Whether there is a controlling terminal. */
function hasTerminal(): boolean {
  if (Deno.build.os === "linux") {
    return processState(Deno.pid)?.hasTerminal ?? false;
  }
  const terminal = ifPossible(() => Deno.openSync("/dev/tty"));
  terminal?.close();
  return terminal !== undefined;
}

/** Whether this process may read from its terminal. */
export function isInForeground(): boolean {
  const state = processState(Deno.pid);
  if (state) return state.isInForeground;
  const ps = new Deno.Command("ps", {
    args: ["-o", "stat=", "-p", `${Deno.pid}`],
    stdin: "null",
    stderr: "null",
  });
  const output = ifPossible(() => ps.outputSync().stdout);
  return new TextDecoder().decode(output).includes("+");
}
