/**
 * What the user wants of a program that runs: by signals, by keys, and by the
 * end of the terminal.
 *
 * @module
 */

import type { Reporter } from "./report.ts";
import type { Request } from "./requests.ts";
import type { Groups } from "./supervise/groups.ts";
import {
  isInterrupt,
  listenForStops,
  requestOf,
  type Signals,
} from "./supervise/signals.ts";
import { HangUp } from "./terminal/hang_up.ts";
import { canBeContinued, isInForeground } from "./terminal/job.ts";
import { Keyboard } from "./terminal/keyboard.ts";
import { KEYS_TEXT, meaningsOf } from "./terminal/keys.ts";
import type { Title } from "./terminal/title.ts";

/** What the user's wishes have to do with. */
export interface ControlOptions {
  readonly signals: Signals;
  readonly report: Reporter;
  /** What is stopped and continued together with us. */
  readonly groups?: Groups;
  readonly title: Title | undefined;
}

/** Takes signals and keys from its construction until it is disposed of. */
export class Control implements Disposable {
  readonly #ask: (request: Request) => void;
  readonly #options: ControlOptions;
  readonly #keyboard: Keyboard;
  readonly #hangUp: HangUp;
  #isLeaving = false;
  #isInterrupted = false;

  /** @param ask Told of every request; at once of those that came before. */
  constructor(ask: (request: Request) => void, options: ControlOptions) {
    const { signals, report } = options;
    this.#ask = ask;
    this.#options = options;
    this.#hangUp = new HangUp({
      isImmune: signals.isImmuneToHangUp,
      onEnd: () => this.#leave("the terminal has ended"),
    });
    this.#keyboard = new Keyboard((text) => this.#onText(text));
    signals.handle((signal) => this.#onSignal(signal));
    listenForStops({
      onStop: () => this.#stop(),
      onContinue: () => this.#continue(),
    });
    this.#keyboard.take();
    if (this.#keyboard.isTaken) report.info("press ? for the keys");
  }

  [Symbol.dispose](): void {
    this.#keyboard[Symbol.dispose]();
    this.#hangUp[Symbol.dispose]();
  }

  #onSignal(signal: Deno.Signal): void {
    const { report } = this.#options;
    report.debug(`got ${signal}`, { event: "signal", signal });
    if (signal === "SIGHUP") {
      const cause = this.#hangUp.receive();
      if (cause === "ended") return this.#leave("the terminal has ended");
      if (cause === "outlived") return;
    }
    const isLeaving = this.#isLeaving;
    const isInterrupted = this.#isInterrupted;
    this.#isInterrupted ||= isInterrupt(signal);
    this.#pass(requestOf(signal, { isLeaving, isInterrupted }));
  }

  #onText(text: string): void {
    for (const meaning of meaningsOf(text)) {
      if (meaning === "help") this.#options.report.info(KEYS_TEXT);
      else this.#pass(meaning === "quit" && this.#isLeaving ? "kill" : meaning);
    }
  }

  #leave(reason: string): void {
    this.#options.report.debug(reason);
    this.#pass("quit");
  }

  #pass(request: Request): void {
    if (request === "quit") {
      if (this.#isLeaving) return;
      this.#isLeaving = true;
    }
    this.#ask(request);
  }

  /** Ctrl-Z stops us all, and the shell has its terminal meanwhile; `kill -TSTP` does the same. */
  #stop(): void {
    // The kernel, too, ignores a Ctrl-Z that no shell could undo.
    if (isInForeground() && !canBeContinued()) return;
    const { groups, title } = this.#options;
    this.#keyboard.release();
    title?.restore();
    groups?.stop();
    // Process 1 cannot be stopped from inside, but what it runs can.
    if (Deno.pid !== 1) Deno.kill(Deno.pid, "SIGSTOP");
  }

  #continue(): void {
    const { groups, title } = this.#options;
    groups?.continue();
    this.#keyboard.take();
    title?.showAgain();
  }
}
