/**
 * The configurations that count: the one that was approved last, and the last
 * one that a gateway has served with.
 *
 * @module
 */

import type { Approval } from "./examine.ts";
import { removeCopy } from "./krakend/kept.ts";
import type { Version } from "./supervise/state.ts";

/** A configuration that was approved, and what the files were then. */
export type Configuration = Approval & {
  /** A snapshot's digest. */
  readonly digest: string;
};

/** Keeps configurations, and their copies for as long as these may be needed. */
export class Configurations {
  #newest: Configuration | undefined;
  #kept: Configuration | undefined;

  /** What was approved last. */
  get newest(): Configuration | undefined {
    return this.#newest;
  }

  /** Whether there is one to go back to. */
  get hasKept(): boolean {
    return this.#kept?.copy !== undefined && this.#kept !== this.#newest;
  }

  of(version: Version): Configuration | undefined {
    return version === "kept" ? this.#kept : this.#newest;
  }

  /** A configuration was approved. */
  accept(configuration: Configuration): void {
    if (this.#newest !== this.#kept) removeCopy(this.#newest?.copy);
    this.#newest = configuration;
  }

  /** A gateway serves with a configuration. */
  keep(configuration: Configuration): void {
    if (configuration === this.#kept) return;
    removeCopy(this.#kept?.copy);
    this.#kept = configuration;
  }
}
