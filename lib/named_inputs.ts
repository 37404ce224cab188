/**
 * Watches what a configuration names, as it changes.
 *
 * @module
 */

import { type Inputs, inputsOf } from "./inputs.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import type { Service } from "./prepare.ts";
import type { Watcher } from "./watch/watcher.ts";

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
