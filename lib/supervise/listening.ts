/**
 * For how long nobody listened.
 *
 * @module
 */

/** Keeps the time between two gateways. */
export class Listening {
  /** Since when nobody listens; undefined while somebody does, and before anybody did. */
  #deafSince: number | undefined;
  #hasListened = false;

  /** Nobody listens from now on, at the latest. */
  ends(): void {
    if (this.#hasListened) this.#deafSince ??= performance.now();
  }

  /**
   * Somebody listens.
   *
   * @returns For how long nobody did, in milliseconds; undefined if that never happened.
   */
  begins(): number | undefined {
    const since = this.#deafSince;
    this.#deafSince = undefined;
    this.#hasListened = true;
    return since === undefined ? undefined : performance.now() - since;
  }
}
