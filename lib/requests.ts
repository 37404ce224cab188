/**
 * What a user can ask a running krakend-watch for, by a signal or a key.
 *
 * @module
 */

/** What is asked for. */
export type Request =
  /** Run with the files as they are now, changed or not, if they pass the check. */
  | "restart"
  /** Check the files as they are now and tell; nothing is restarted. */
  | "check"
  /** Let the gateway finish its requests, and leave. */
  | "quit"
  /** Leave without waiting for the gateway any longer. */
  | "kill";

/** What is asked of the gate. */
export type GateRequest = Request & ("restart" | "check");

/**
 * Requests that were not met yet. However many come, they are met as one, and
 * a restart, which begins with a check, meets both kinds.
 */
export class PendingRequests {
  #pending: GateRequest | undefined;
  #arrival = Promise.withResolvers<void>();

  add(request: GateRequest): void {
    if (this.#pending !== "restart") this.#pending = request;
    this.#arrival.resolve();
  }

  /** Resolves when there is a request. */
  get arrival(): Promise<void> {
    return this.#arrival.promise;
  }

  /** What is asked for; undefined if nothing. */
  get pending(): GateRequest | undefined {
    return this.#pending;
  }

  /** What was asked for is met. */
  meet(): void {
    if (this.#pending === undefined) return;
    this.#pending = undefined;
    this.#arrival = Promise.withResolvers<void>();
  }
}
