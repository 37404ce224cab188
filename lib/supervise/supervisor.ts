/**
 * The third stage: carries out what {@linkcode transition} decides.
 *
 * @module
 */

import { Gateways, type GatewaysOptions } from "./gateways.ts";
import { exitCodeOf } from "../system/exit.ts";
import type { Process } from "./process.ts";
import type { Effect, Event, State, Timer } from "./state.ts";
import { transition } from "./transition.ts";

/** Options for {@linkcode Supervisor}. */
export interface SupervisorOptions<P extends Process>
  extends GatewaysOptions<P> {
  /** What follows when a gateway leaves unasked; by default, it is started again. */
  onExit?: "restart" | "wait" | "exit";
  /** How often in a row a gateway may leave unasked and is started again; by default, without end. */
  maxRestarts?: number;
  /** From 0 to 1; for tests. */
  random?: () => number;
}

/** Keeps a gateway running: one that serves and, while they change places, another. */
export class Supervisor<P extends Process = Process> {
  readonly #options: SupervisorOptions<P>;
  readonly #gateways: Gateways<P>;
  #state: State = { name: "idle" };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #exitCode = 0;
  readonly #stopped = Promise.withResolvers<number>();

  constructor(options: SupervisorOptions<P>) {
    this.#options = options;
    this.#gateways = new Gateways(options, {
      onEvent: (event) => this.#dispatch(event),
      onDrained: () => this.#endIfDone(),
    });
  }

  /** The gateway that serves and is to go on; undefined if there is none, or another takes its place. */
  get serving(): P | undefined {
    return this.isServing ? this.#gateways.current : undefined;
  }

  /** Whether a gateway serves and is to go on. */
  get isServing(): boolean {
    return this.#state.name === "running";
  }

  /** Whether a gateway runs that was not told to leave. */
  get isAlive(): boolean {
    return ["starting", "running", "replacing"].includes(this.#state.name);
  }

  /**
   * Resolves when nothing runs any more and nothing will: with the exit code
   * of the gateway that left unasked (1 if that is 0), or with 0 after quit.
   */
  get stopped(): Promise<number> {
    return this.#stopped.promise;
  }

  /** A configuration was approved: run with it. */
  restart(): void {
    this.#dispatch({ kind: "approved", overlap: this.#gateways.overlap });
  }

  /** Stops the gateway; called a second time, kills it. */
  quit(): void {
    this.#dispatch({ kind: "quit" });
  }

  #dispatch(event: Event): void {
    const { onExit, maxRestarts, shutdownTimeoutMs, random } = this.#options;
    const { state, effects } = transition(this.#state, event, {
      shutdownTimeoutMs,
      onExit: onExit ?? "restart",
      maxRestarts: maxRestarts ?? Infinity,
      random: (random ?? Math.random)(),
    });
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#state.name === "stopped" && this.#gateways.areDrained) {
      this.#stopped.resolve(this.#exitCode);
    }
  }

  #carryOut(effect: Effect): void {
    const gateways = this.#gateways;
    switch (effect.do) {
      case "start":
        return gateways.start(effect.version);
      case "start successor":
        return gateways.startSuccessor(effect.overlap);
      case "promote":
        return gateways.promote();
      case "discard":
        return gateways.discard();
      case "terminate":
        return gateways.terminate();
      case "kill":
        return gateways.kill();
      case "shorten lead":
        return gateways.shortenLead();
      case "set lead":
        return this.#setTimer("lead", gateways.leadMs);
      case "set timer":
        return this.#setTimer(effect.timer, effect.ms);
      case "clear timer":
        return clearTimeout(this.#timer);
      case "fail":
        this.#exitCode = exitCodeOf(gateways.last.end) || 1;
        break;
      case "report abandon":
      case "report restore":
        return this.#tellFailure(effect);
      case "report exit":
        return this.#tellExit(effect);
    }
  }

  #setTimer(timer: Timer, ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        const { overlap } = this.#gateways;
        this.#dispatch({ kind: "timeout", timer, overlap });
      },
      ms,
    );
  }

  #tellFailure(
    effect: Effect & { do: "report abandon" | "report restore" },
  ): void {
    const { reason, isOutdated } = effect;
    const { end, lastLines } = this.#gateways.last;
    const failure = {
      end: reason === "exited" ? end : undefined,
      lastLines,
      isOutdated,
    };
    this.#options.onFact(
      effect.do === "report abandon"
        ? { kind: "abandoned", ...failure, retryMs: effect.retryMs }
        : { kind: "restoring", ...failure },
    );
  }

  #tellExit(effect: Effect & { do: "report exit" }): void {
    const { end, lastLines } = this.#gateways.last;
    const { sequel, retryMs, isOutdated } = effect;
    const { onFact } = this.#options;
    if (end instanceof Error) {
      onFact({ kind: "start failed", error: end, sequel, retryMs });
    } else if (end) {
      onFact({
        kind: "exited",
        exit: end,
        sequel,
        retryMs,
        lastLines,
        isOutdated,
      });
    }
  }
}
