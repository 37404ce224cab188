/**
 * `@std/async` from npm, with types, for networks without JSR.
 *
 * @module
 */

// One by one: the package's async/mod.js imports a file that it does not have.
// deno-lint-ignore no-import-prefix -- the facades alone use it
import { deadline as npmDeadline } from "npm:deno-std@1.4.0/async/deadline.js";
// deno-lint-ignore no-import-prefix -- the facades alone use it
import { delay as npmDelay } from "npm:deno-std@1.4.0/async/delay.js";

/** Options for {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Gives up earlier. */
  signal?: AbortSignal;
}

/** Options for {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the wait early, with a rejection. */
  signal?: AbortSignal;
  /** Whether the wait keeps the process alive; it does by default. */
  persistent?: boolean;
}

/** Follows the promise for `ms` milliseconds, then rejects with a `TimeoutError`. */
export const deadline: <T>(
  p: Promise<T>,
  ms: number,
  options?: DeadlineOptions,
) => Promise<T> = npmDeadline;

/** Resolves after `ms` milliseconds. */
export const delay: (ms: number, options?: DelayOptions) => Promise<void> =
  npmDelay;
