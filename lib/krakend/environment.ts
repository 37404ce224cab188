/**
 * The environment of the gateway.
 *
 * @module
 */

/**
 * Variables that are ours. KrakenD takes every KRAKEND_X for an override of its
 * setting x, so they must not reach it.
 */
const OURS_REGEXP = /^KRAKEND_(WATCH_.*|BIN)$/;

/** The environment that the gateway and its checks run with. */
export function gatewayEnvironment(
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !OURS_REGEXP.test(name)),
  );
}
