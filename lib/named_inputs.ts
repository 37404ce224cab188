/**
 * Watches what a configuration names, as it changes.
 *
 * @module
 */

import { type Inputs, inputsOf } from "./inputs.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import type { Service } from "./prepare.ts";
import type { Reporter } from "./report.ts";
import { describeTrouble } from "./watch/trouble.ts";
import { Watcher } from "./watch/watcher.ts";
import type { WatchPlan } from "./watch_plan.ts";

/** Options for {@linkcode watchInputs}. */
export interface WatchInputsOptions {
  readonly report: Reporter;
  /** A private folder. */
  readonly temporary: string;
  /** Ends the watching. */
  readonly signal: AbortSignal;
}

/** Watches what was planned, which is what is known at the start. */
export function watchInputs(
  { inputs, modeOf, listing }: WatchPlan,
  { report, temporary, signal }: WatchInputsOptions,
): Watcher {
  return new Watcher(inputs.scope, {
    modeOf,
    listing,
    heartbeatFolder: temporary,
    signal,
    onTrouble: (error) => report.warn(describeTrouble(error)),
  });
}

/** What a configuration names, watched. */
export class NamedInputs {
  readonly #service: Service;
  readonly #watcher: Watcher;
  #current: Inputs;

  constructor(service: Service, watcher: Watcher) {
    this.#service = service;
    this.#watcher = watcher;
    this.#current = service.inputs;
  }

  /** Watches these from now on, which is a change if they are others than before. */
  async follow(named: readonly NamedInput[]): Promise<void> {
    const inputs = inputsOf({ ...this.#service.sources, named });
    if (inputs.key === this.#current.key) return;
    this.#current = inputs;
    await this.#watcher.rescope(inputs.scope);
  }
}
