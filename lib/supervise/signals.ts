/**
 * The signals that the program obeys, and what each asks for.
 *
 * @module
 */

import type { Request } from "../requests.ts";

/** The operating system, as far as signals go. */
export interface SignalSystem {
  readonly os: typeof Deno.build.os;
  listen(signal: Deno.Signal, listener: () => void): void;
  /** What Linux tells about this process, else undefined. */
  readStatus(): string | undefined;
}

/** The signals that are listened to. The first four end a program that does not. */
export function signalsOf(os: typeof Deno.build.os): readonly Deno.Signal[] {
  return os === "windows"
    // Ctrl-C and Ctrl-Break: Windows has no others.
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"];
}

/** Listens for signals from its construction to the end of the program. */
export class Signals {
  /** Whether the program was started so that the end of its terminal does not end it, as by nohup. */
  readonly isImmuneToHangUp: boolean;
  #early: Deno.Signal[] = [];
  #handler: ((signal: Deno.Signal) => void) | undefined;

  /**
   * The listeners are never removed: a program that is process 1 dies of the
   * next signal if they are.
   */
  constructor(system: SignalSystem = REAL_SYSTEM) {
    // To listen is to ignore no longer.
    this.isImmuneToHangUp = ignoresHangUp(system.readStatus() ?? "");
    for (const signal of signalsOf(system.os)) {
      system.listen(signal, () => {
        if (this.#handler) this.#handler(signal);
        else this.#early.push(signal);
      });
    }
  }

  /** Gives every signal to the handler, those that came before it included. */
  handle(handler: (signal: Deno.Signal) => void): void {
    this.#handler = handler;
    for (const signal of this.#early.splice(0)) handler(signal);
  }
}

/**
 * Listens for what a shell does with its jobs, by Ctrl-Z, `fg` and `bg`.
 * Windows has no jobs.
 */
export function listenForStops(
  { onStop, onContinue }: { onStop: () => void; onContinue: () => void },
  system: Pick<SignalSystem, "os" | "listen"> = REAL_SYSTEM,
): void {
  if (system.os === "windows") return;
  system.listen("SIGTSTP", onStop);
  system.listen("SIGCONT", onContinue);
}

/** What was asked before. */
export interface Past {
  /** Whether the program was asked to leave. */
  readonly isLeaving: boolean;
  /** Whether that was by Ctrl-C, or as if. */
  readonly isInterrupted: boolean;
}

/** Whether a signal comes from Ctrl-C or Ctrl-Break, or says the same. */
export function isInterrupt(signal: Deno.Signal): boolean {
  return signal === "SIGINT" || signal === "SIGBREAK";
}

/** What a signal asks of a program that serves; SIGHUP depends on more than that. */
export function requestOf(signal: Deno.Signal, past: Past): Request {
  switch (signal) {
    case "SIGHUP":
    case "SIGUSR1":
      return "restart";
    case "SIGUSR2":
      return "check";
    default:
      // Who presses Ctrl-C and asks once more, in whatever order the kernel
      // tells, has no patience left. A second SIGTERM is no sign of that:
      // `timeout` and others send it to the process and its group.
      return past.isLeaving && (isInterrupt(signal) || past.isInterrupted)
        ? "kill"
        : "quit";
  }
}

/** Reads the mask of ignored signals, in which the lowest bit is SIGHUP's (man 5 proc_pid_status). */
function ignoresHangUp(status: string): boolean {
  const mask = /^SigIgn:\s*(?<mask>[0-9a-f]+)$/m.exec(status)?.groups?.["mask"];
  return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n;
}

const REAL_SYSTEM: SignalSystem = {
  os: Deno.build.os,
  listen: (signal, listener) => Deno.addSignalListener(signal, listener),
  readStatus() {
    try {
      return Deno.readTextFileSync("/proc/self/status");
    } catch {
      return undefined;
    }
  },
};
