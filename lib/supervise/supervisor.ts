/**
 * The third stage: carries out what {@linkcode transition} decides.
 *
 * @module
 */

import type { Exit, Process } from "./process.ts";
import type { Effect, Event, State, Version } from "./state.ts";
import { transition } from "./transition.ts";

/** What happened to the gateway, for the report. Times in milliseconds. */
export type Fact =
  | { readonly kind: "started"; readonly pid: number }
  | {
    readonly kind: "ready";
    readonly version: Version;
    /** From the start to the first answer. */
    readonly bootMs: number;
    /** From the moment the previous gateway was told to leave, or left; undefined if there was none. */
    readonly gapMs: number | undefined;
  }
  /** The gateway runs and does not answer; told once. */
  | { readonly kind: "silent" }
  /** The newest configuration does not work: the one that did is run again. */
  | {
    readonly kind: "restoring";
    /** How the gateway ended; undefined if it did not answer in time. */
    readonly end: Exit | Error | undefined;
    /** The last lines of its output. */
    readonly lastLines: readonly string[];
    readonly isOutdated: boolean;
  }
  | { readonly kind: "terminating"; readonly pid: number }
  | { readonly kind: "killing"; readonly pid: number }
  /** The gateway left unasked. */
  | {
    readonly kind: "exited";
    readonly exit: Exit;
    readonly retryMs: number;
    /** The last lines of its output; none if it has served. */
    readonly lastLines: readonly string[];
    /** Whether it may have read files that were being written, while it was starting. */
    readonly isOutdated: boolean;
  }
  | {
    readonly kind: "start failed";
    readonly error: unknown;
    readonly retryMs: number;
  };

/** Options for {@linkcode Supervisor}. */
export interface SupervisorOptions {
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  shutdownTimeoutMs: number;
  /** Starts a gateway. May throw. */
  start: (version: Version) => Process;
  /** Whether a configuration was kept that a gateway has served with. */
  hasKept: () => boolean;
  /**
   * Resolves when the gateway that was just started serves, or when the signal
   * aborts. Calls `onSilence` once if that takes longer than it should.
   */
  untilReady: (signal: AbortSignal, onSilence: () => void) => Promise<void>;
  /** Whether the files have changed since the last start. */
  isOutdated: () => boolean;
  /** Told of everything that happens. */
  onFact: (fact: Fact) => void;
}

/** Keeps a gateway running, one at a time. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #state: State = { name: "idle" };
  #process: Process | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait for the readiness of the process that runs. */
  #waiting = new AbortController();
  #lastEnd: Exit | Error | undefined;
  #lastLines: readonly string[] = [];
  /** Since when nobody listens; undefined while somebody does, and before anybody did. */
  #deafSince: number | undefined;
  #hasListened = false;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Whether a gateway serves and is to go on. */
  get isServing(): boolean {
    return this.#state.name === "running";
  }

  /** Whether a gateway runs that was not told to leave. */
  get isAlive(): boolean {
    return this.isServing || this.#state.name === "starting";
  }

  /** Resolves when the supervisor was told to quit and the gateway is gone. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** A configuration was approved: run with it. */
  restart(): void {
    this.#dispatch({ kind: "approved" });
  }

  /** Stops the gateway; called a second time, kills it. */
  quit(): void {
    this.#dispatch({ kind: "quit" });
  }

  #dispatch(event: Event): void {
    const { state, effects } = transition(this.#state, event, this.#options);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (state.name === "stopped") this.#stopped.resolve();
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case "start":
        this.#start(effect.version);
        break;
      case "terminate":
        this.#stopListening();
        this.#waiting.abort();
        if (this.#process) {
          this.#tell({ kind: "terminating", pid: this.#process.pid });
        }
        this.#process?.terminate();
        break;
      case "kill":
        if (this.#process) {
          this.#tell({ kind: "killing", pid: this.#process.pid });
        }
        this.#process?.kill();
        break;
      case "setTimer":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(
          () => this.#dispatch({ kind: "timeout", timer: effect.timer }),
          effect.ms,
        );
        break;
      case "clearTimer":
        clearTimeout(this.#timer);
        break;
      case "reportRestore":
        this.#tell({
          kind: "restoring",
          end: effect.reason === "exited" ? this.#lastEnd : undefined,
          lastLines: this.#lastLines,
          isOutdated: effect.isOutdated,
        });
        break;
      case "reportExit":
        this.#tellEnd(effect);
        break;
    }
  }

  #start(version: Version): void {
    const startedAt = performance.now();
    try {
      const process = this.#options.start(version);
      this.#process = process;
      this.#tell({ kind: "started", pid: process.pid });
      process.exited.then((exit) => this.#onEnd(exit));
      this.#awaitReadiness(version, startedAt);
    } catch (error) {
      // Not at once: the transition that led here is still being carried out.
      queueMicrotask(() =>
        this.#onEnd(error instanceof Error ? error : new Error(String(error)))
      );
    }
  }

  async #awaitReadiness(version: Version, startedAt: number): Promise<void> {
    const { signal } = this.#waiting = new AbortController();
    await this.#options.untilReady(signal, () => {
      this.#lastLines = this.#process?.lastLines ?? [];
      this.#tell({ kind: "silent" });
      this.#dispatch({ kind: "silent", hasKept: this.#options.hasKept() });
    });
    if (signal.aborted) return;
    this.#process?.forgetLines();
    const now = performance.now();
    const gapMs = this.#deafSince === undefined
      ? undefined
      : now - this.#deafSince;
    this.#deafSince = undefined;
    this.#hasListened = true;
    this.#dispatch({ kind: "ready" });
    this.#tell({ kind: "ready", version, bootMs: now - startedAt, gapMs });
  }

  #onEnd(end: Exit | Error): void {
    this.#lastLines = this.#process?.lastLines ?? [];
    this.#process = undefined;
    this.#waiting.abort();
    this.#lastEnd = end;
    this.#stopListening();
    this.#dispatch({
      kind: "exited",
      isOutdated: this.#options.isOutdated(),
      hasKept: this.#options.hasKept(),
    });
  }

  #stopListening(): void {
    if (this.#hasListened) this.#deafSince ??= performance.now();
  }

  #tellEnd({ retryMs, isOutdated }: Effect & { do: "reportExit" }): void {
    const end = this.#lastEnd;
    if (end instanceof Error) {
      this.#tell({ kind: "start failed", error: end, retryMs });
    } else if (end) {
      this.#tell({
        kind: "exited",
        exit: end,
        retryMs,
        lastLines: this.#lastLines,
        isOutdated,
      });
    }
  }

  #tell(fact: Fact): void {
    this.#options.onFact(fact);
  }
}
