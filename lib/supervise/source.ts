/**
 * Where gateways come from.
 *
 * @module
 */

import type { Process } from "./process.ts";
import type { Overlap, Version } from "./state.ts";

/** What makes gateways, and knows more about them than that they are processes. */
export interface GatewaySource<P extends Process> {
  /** Starts a gateway. May throw. */
  start(version: Version): P;
  /** Resolves when the gateway serves, or when the signal aborts. */
  untilReady(gateway: P, options: ReadinessOptions): Promise<void>;
  /** Whether the files have changed since the start of a gateway. */
  isOutdated(gateway: P): boolean;
  /** How the newest configuration may take over from a gateway; if not given, when that has left. */
  overlap?(gateway: P): Overlap;
  /** Whether a gateway left because its port was taken. */
  isPortTaken?(gateway: P, code: number): boolean;
}

/** How to wait for a gateway. */
export interface ReadinessOptions {
  /** Ends the waiting. */
  signal: AbortSignal;
  /** To be called once if it takes longer than it should. */
  onSilence: () => void;
  /** To be called once when the gateway has its port. */
  onListening: () => void;
  /** Resolves when the gateway is gone that may still have the port; undefined if there is none. */
  predecessorGone: Promise<unknown> | undefined;
}
