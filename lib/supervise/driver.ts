/**
 * Carries out the effects of the supervisor, and makes events of all that
 * happens to its instances. It decides nothing.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import { type Keeper, type KeeperEvent, TAKEN } from "../handover/keeper.ts";
import { Timer } from "../timer.ts";
import { type Process, type ProcessSpec, startProcess } from "./process.ts";
import { type Endpoint, isTaken, listening } from "./readiness.ts";
import type {
  Effect,
  Exit,
  Instance,
  InstanceEvent,
  Outcome,
} from "./supervisor.ts";

/** What the keeper has said is read within this time, in milliseconds. */
const UNREAD_MS = 20;

/** Options for {@linkcode Driver}. */
export interface DriverOptions<G> {
  readonly keeper: Keeper;
  /** Returns how to start a generation. May throw. */
  readonly specOf: (generation: G) => ProcessSpec;
  /** Returns where a generation serves; undefined if to run is to serve. */
  readonly endpointOf: (generation: G) => Endpoint | undefined;
  /** Time that an instance has until it listens, in milliseconds. */
  readonly readyMs: number;
  readonly onEvent: (event: InstanceEvent<G>) => void;
  readonly onStarted: (pid: number) => void;
  readonly onOutcome: (outcome: Outcome<G>) => void;
}

/** What is known of an instance that runs. */
export interface Running<G> {
  readonly instance: Instance<G>;
  readonly process: Process;
  /** By performance.now(). */
  readonly startedAt: number;
  readonly endpoint: Endpoint | undefined;
  /** Whether it has listened. */
  hasServed: boolean;
  /** The addresses that it has, as far as the keeper knows. */
  readonly bound: Set<string>;
  /** The addresses that it did not get, and why. */
  readonly unavailable: Map<string, string>;
  /** Aborted when it listens, or at its end. */
  readonly boot: AbortController;
  readonly timers: Set<Timer>;
}

/** Runs instances. */
export class Driver<G> {
  readonly #options: DriverOptions<G>;
  readonly #running = new Map<number, Running<G>>();
  /** Instances that have exited, until their exit was handled. */
  readonly #exited = new Map<number, Running<G>>();

  constructor(options: DriverOptions<G>) {
    this.#options = options;
  }

  /** Returns an instance that runs, or that has exited a moment ago. */
  get(id: number): Running<G> | undefined {
    return this.#running.get(id) ?? this.#exited.get(id);
  }

  /** Returns the instance with a process. */
  find(pid: number): Running<G> | undefined {
    return this.#running.values().find(({ process }) => process.pid === pid);
  }

  /** Takes an event of the keeper, if it is about an instance that runs. */
  onKeeperEvent({ kind, pid, address, reason = "" }: KeeperEvent): void {
    const it = this.find(pid);
    if (!it) return;
    const { id } = it.instance;
    if (kind === "bound") it.bound.add(address);
    if (kind === "unavailable") it.unavailable.set(address, reason);
    // Of what the kernel has bound, the keeper does not know when it serves.
    if (kind === "unshared" || kind === "unreadable") this.#probe(it);
    if (it.hasServed) return;
    if (kind === "serving") this.#serves(it);
    if (kind === "listening" || kind === "serving") {
      this.#options.onEvent({ kind, id });
    }
  }

  /** Carries out an effect. */
  run(effect: Effect<G>): void {
    const { onOutcome, keeper } = this.#options;
    const process = "id" in effect && this.#running.get(effect.id)?.process;
    switch (effect.do) {
      case "start":
        return this.#start(effect.instance);
      case "let serve":
        if (process) keeper.letServe(process.pid);
        return;
      case "terminate":
        if (!process) return;
        keeper.end(process.pid);
        process.signal("SIGTERM");
        // One that is stopped would not act on it.
        return process.signal("SIGCONT");
      case "kill":
        if (!process) return;
        keeper.end(process.pid);
        return process.signal("SIGKILL");
      case "set timer":
        return this.#setTimer(effect.ms, effect.event);
      case "report":
        return onOutcome(effect.outcome);
    }
  }

  #start(instance: Instance<G>): void {
    const { keeper, onEvent, onStarted, readyMs } = this.#options;
    const { id, generation, isShared } = instance;
    const endpoint = this.#options.endpointOf(generation);
    let process: Process;
    let wrapped: ProcessSpec | undefined;
    try {
      const spec = this.#options.specOf(generation);
      wrapped = isShared ? keeper.wrap(spec, endpoint?.port ?? 0) : undefined;
      process = startProcess(wrapped ?? spec);
    } catch (error) {
      const code = error instanceof Deno.errors.NotFound ? 127 : 126;
      const exit = { code, error: messageOf(error) };
      return onEvent({ kind: "exited", id, exit });
    }
    const it: Running<G> = {
      instance,
      process,
      endpoint,
      startedAt: performance.now(),
      hasServed: false,
      bound: new Set(),
      unavailable: new Map(),
      boot: new AbortController(),
      timers: new Set(),
    };
    this.#running.set(id, it);
    process.exited.then((exit) => this.#onExit(it, exit));
    keeper.watch(process.pid);
    onStarted(process.pid);
    if (!endpoint) {
      this.#serves(it);
      return onEvent({ kind: "serving", id });
    }
    const { signal } = it.boot;
    const giveUp = () =>
      signal.aborted || onEvent({ kind: "ready timeout", id });
    // If this process was stopped meanwhile, what the keeper has said is still to be read.
    const timer = new Timer(readyMs, () => new Timer(UNREAD_MS, giveUp));
    signal.addEventListener("abort", () => timer.cancel());
    if (!wrapped) this.#probe(it);
  }

  async #probe(it: Running<G>): Promise<void> {
    const { endpoint, boot: { signal } } = it;
    if (!endpoint) return;
    const predecessorsGone = Promise.all(
      this.#running.values().filter((other) => other !== it)
        .map(({ process }) => process.exited),
    );
    await listening(it.process.pid, endpoint, signal, predecessorsGone);
    if (signal.aborted) return;
    this.#serves(it);
    this.#options.onEvent({ kind: "serving", id: it.instance.id });
  }

  #serves(it: Running<G>): void {
    it.hasServed = true;
    it.boot.abort();
  }

  async #onExit(it: Running<G>, exit: Exit): Promise<void> {
    const { keeper, onEvent } = this.#options;
    const { instance: { id, isShared }, process: { pid } } = it;
    const { endpoint, hasServed } = it;
    let isUnshared = false;
    let isPortTaken = false;
    try {
      it.boot.abort();
      for (const timer of it.timers) timer.cancel();
      isUnshared = isShared && !hasServed && keeper.isCauseOf(pid, exit.code);
      keeper.forget(pid);
      isPortTaken = !hasServed && !isShared && endpoint !== undefined &&
        await isTaken(endpoint);
      if (isPortTaken && endpoint && exit.code === 0) {
        const address = `${endpoint.hostname}:${endpoint.port}`;
        it.unavailable.set(address, TAKEN);
      }
    } finally {
      this.#running.delete(id);
      this.#exited.set(id, it);
      onEvent({ kind: "exited", id, exit, isPortTaken, isUnshared });
      new Timer(0, () => this.#exited.delete(id));
    }
  }

  #setTimer(ms: number, event: InstanceEvent<G>): void {
    const it = "id" in event ? this.#running.get(event.id) : undefined;
    if ("id" in event && !it) return;
    const timer = new Timer(ms, () => {
      it?.timers.delete(timer);
      this.#options.onEvent(event);
    });
    it?.timers.add(timer);
  }
}
