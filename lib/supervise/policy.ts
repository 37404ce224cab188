/**
 * How instances are supervised, as the options say.
 *
 * @module
 */

import type { Options } from "../cli/options.ts";
import type { Policy } from "./supervisor.ts";

/** Connections wait this long for the successor of a gateway that has crashed, in milliseconds. */
export const QUEUE_MS = 5_000;

const HEALTHY_MS = 30_000;
const GRACE_MS = 1_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** Returns the part of the policy that does not depend on the mode. */
export function policyOf(
  options: Options,
): Omit<Policy<never>, "handover" | "isShared"> {
  return {
    onExit: options.onExit ?? "restart",
    maxRestarts: options.maxRestarts,
    rollback: options.rollback,
    backoffMs,
    healthyMs: HEALTHY_MS,
    graceMs: GRACE_MS,
    shutdownMs: options.shutdownTimeoutMs,
  };
}

/**
 * Returns the time to the next start, in milliseconds: none at first, then
 * doubling, with jitter, so that many gateways do not start in step.
 *
 * @param failures How often in a row it has failed before.
 */
export function backoffMs(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(
    LONGEST_BACKOFF_MS,
    FIRST_BACKOFF_MS * 2 ** (failures - 1),
  );
  return longest * (0.75 + Math.random() / 4);
}
