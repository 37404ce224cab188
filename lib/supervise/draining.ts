/**
 * Gateways that were told to leave and finish their requests, beside the one that serves.
 *
 * @module
 */

import type { Fact } from "./happening.ts";
import type { Process } from "./process.ts";

/** Options for {@linkcode Draining}. */
export interface DrainingOptions {
  /** How long a gateway may take to leave before it is killed, in milliseconds. */
  shutdownTimeoutMs: number;
  /** Told of everything that happens. */
  onFact: (fact: Fact) => void;
  /** Told when the last one is gone. */
  onEmpty: () => void;
}

/** The gateways that are on their way out. */
export class Draining {
  readonly #options: DrainingOptions;
  readonly #processes = new Set<Process>();

  constructor(options: DrainingOptions) {
    this.#options = options;
  }

  /** Whether all are gone. */
  get isEmpty(): boolean {
    return this.#processes.size === 0;
  }

  /** Tells a gateway to leave, and sees to it that it does. */
  async add(process: Process): Promise<void> {
    const { shutdownTimeoutMs, onFact, onEmpty } = this.#options;
    this.#processes.add(process);
    process.terminate();
    const timer = setTimeout(() => this.#kill(process), shutdownTimeoutMs);
    await process.exited;
    clearTimeout(timer);
    this.#processes.delete(process);
    onFact({ kind: "drained", pid: process.pid });
    if (this.isEmpty) onEmpty();
  }

  /** Ends all at once. */
  kill(): void {
    for (const process of this.#processes) this.#kill(process);
  }

  #kill(process: Process): void {
    this.#options.onFact({ kind: "killing", pid: process.pid });
    process.kill();
  }
}
