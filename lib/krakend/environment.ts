/**
 * The environment of the gateway.
 *
 * @module
 */

import { ENVIRONMENT_PREFIX } from "../environment_twin.ts";

/**
 * The environment that the gateway and its checks run with. KrakenD takes every
 * KRAKEND_X for an override of its setting x, so what is ours must not reach it.
 */
export function gatewayEnvironment(
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      !name.startsWith(ENVIRONMENT_PREFIX) && name !== "KRAKEND_BIN"
    ),
  );
}
