/**
 * The gateways that run: the one that has the place, the one that will take
 * it, and those that were told to leave.
 *
 * @module
 */

import { Draining } from "./draining.ts";
import type { Fact, LastEnd } from "./happening.ts";
import { Lead } from "./lead.ts";
import { Listening } from "./listening.ts";
import type { Exit } from "../system/exit.ts";
import type { Process } from "./process.ts";
import type { GatewaySource } from "./source.ts";
import type { Event, Overlap, Version } from "./state.ts";

/** Options for {@linkcode Gateways}. */
export interface GatewaysOptions<P extends Process> {
  source: GatewaySource<P>;
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  shutdownTimeoutMs: number;
  /** Whether a configuration was kept that a gateway has served with. */
  hasKept: () => boolean;
  /** Told of everything that happens. */
  onFact: (fact: Fact) => void;
}

/** What makes decisions of what happens. */
export interface Listener {
  onEvent: (event: Event) => void;
  /** Told when the last one that was told to leave is gone. */
  onDrained: () => void;
}

/** A gateway that was started. */
interface Started<P> {
  /** Undefined if it could not be started. */
  process: P | undefined;
  readonly version: Version;
  readonly startedAt: number;
  /** Aborted when nobody waits for its readiness any more. */
  readonly waiting: AbortController;
}

/** Starts gateways and tells them to leave. */
export class Gateways<P extends Process> {
  readonly #options: GatewaysOptions<P>;
  readonly #listener: Listener;
  readonly #draining: Draining;
  readonly #lead = new Lead();
  readonly #listening = new Listening();
  #current: Started<P> | undefined;
  #successor: Started<P> | undefined;
  #last: LastEnd = { end: undefined, lastLines: [] };

  constructor(options: GatewaysOptions<P>, listener: Listener) {
    this.#options = options;
    this.#listener = listener;
    this.#draining = new Draining({
      ...options,
      onFact: options.onFact,
      onEmpty: listener.onDrained,
    });
  }

  /** The gateway that has the place. */
  get current(): P | undefined {
    return this.#current?.process;
  }

  /** How the last one ended that was not told to, or what it said while it kept silent. */
  get last(): LastEnd {
    return this.#last;
  }

  /** How a successor may take over now. */
  get overlap(): Overlap {
    return this.current && this.#options.source.overlap?.(this.current) ||
      "none";
  }

  /** How long before its predecessor is told to leave a successor is to be started, in milliseconds. */
  get leadMs(): number {
    return this.#lead.ms;
  }

  /** Whether all that were told to leave while another took their place are gone. */
  get areDrained(): boolean {
    return this.#draining.isEmpty;
  }

  /** Starts a gateway in an empty place. */
  start(version: Version): void {
    this.#current = this.#launch(version);
    this.#awaitReadiness(this.#current);
  }

  /** Starts the one that will take the place. */
  startSuccessor(overlap: Overlap): void {
    this.#successor = this.#launch("newest");
    // Whose port is still another's can be asked only when it has the place.
    if (overlap === "beside") this.#awaitReadiness(this.#successor);
  }

  /** Gives the place to the successor; who has it is told to leave. */
  promote(): void {
    const predecessor = this.#current;
    this.#current = this.#successor;
    this.#successor = undefined;
    const isReady = this.#current?.waiting.signal.aborted;
    if (!isReady) this.#listening.ends();
    this.#drain(predecessor);
    if (this.#current && !isReady) {
      this.#awaitReadiness(this.#current, predecessor?.process?.exited);
    }
  }

  /** Stops the successor. */
  discard(): void {
    this.#drain(this.#successor);
    this.#successor = undefined;
  }

  /** Asks the gateway to leave, which keeps its place until it has. */
  terminate(): void {
    this.#listening.ends();
    this.#current?.waiting.abort();
    if (this.current) {
      this.#tell({ kind: "terminating", pid: this.current.pid });
    }
    this.current?.terminate();
  }

  /** Ends all that run, but for a successor. */
  kill(): void {
    this.#draining.kill();
    if (this.current) this.#tell({ kind: "killing", pid: this.current.pid });
    this.current?.kill();
  }

  /** The last one was too early for its port. */
  shortenLead(): void {
    this.#lead.collided(this.#last.livedMs ?? 0);
  }

  #launch(version: Version): Started<P> {
    const started: Started<P> = {
      process: undefined,
      version,
      startedAt: performance.now(),
      waiting: new AbortController(),
    };
    try {
      const process = this.#options.source.start(version);
      started.process = process;
      this.#tell({ kind: "started", pid: process.pid });
      process.exited.then((exit) => this.#onEnd(started, exit));
    } catch (error) {
      // Not at once: the transition that led here is still being carried out.
      queueMicrotask(() =>
        this.#onEnd(
          started,
          error instanceof Error ? error : new Error(String(error)),
        )
      );
    }
    return started;
  }

  async #awaitReadiness(
    started: Started<P>,
    predecessorGone?: Promise<unknown>,
  ): Promise<void> {
    const { process, version, startedAt, waiting: { signal } } = started;
    if (!process) return;
    await this.#options.source.untilReady(process, {
      signal,
      predecessorGone,
      onListening: () => this.#lead.booted(performance.now() - startedAt),
      onSilence: () => {
        this.#last = { end: undefined, lastLines: process.lastLines };
        this.#tell({ kind: "silent" });
        const hasKept = this.#options.hasKept();
        this.#listener.onEvent({ kind: "silent", hasKept });
      },
    });
    if (signal.aborted) return;
    started.waiting.abort();
    process.forgetLines();
    const bootMs = performance.now() - startedAt;
    const gapMs = this.#listening.begins();
    this.#listener.onEvent({ kind: "ready" });
    this.#tell({ kind: "ready", pid: process.pid, version, bootMs, gapMs });
  }

  #onEnd(started: Started<P>, end: Exit | Error): void {
    const isCurrent = started === this.#current;
    // What was told to leave while another took its place is of no interest any more.
    if (!isCurrent && started !== this.#successor) return;
    const { process, startedAt } = started;
    started.waiting.abort();
    if (isCurrent) {
      this.#current = undefined;
      this.#listening.ends();
    } else {
      this.#successor = undefined;
    }
    const lastLines = process?.lastLines ?? [];
    const livedMs = performance.now() - startedAt;
    this.#last = { end, lastLines, livedMs };
    const { source, hasKept } = this.#options;
    this.#listener.onEvent({
      kind: isCurrent ? "exited" : "successor exited",
      hasKept: hasKept(),
      isOutdated: process !== undefined && source.isOutdated(process),
      isPortTaken: process !== undefined && !(end instanceof Error) &&
        source.isPortTaken?.(process, end.code) === true,
    });
  }

  #drain(started: Started<P> | undefined): void {
    started?.waiting.abort();
    if (!started?.process) return;
    this.#tell({ kind: "terminating", pid: started.process.pid });
    this.#draining.add(started.process);
  }

  #tell(fact: Fact): void {
    this.#options.onFact(fact);
  }
}
