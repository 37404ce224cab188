/**
 * Where a gateway serves, and how to ask whether it does.
 *
 * @module
 */

import { isRecord, settingsIn, settingsOf } from "./namespaces.ts";

/** The address of a gateway, as seen from the machine that it runs on. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  /** The path that answers when the gateway serves; undefined if only the connection tells. */
  readonly healthPath: string | undefined;
}

/** What overrides the configuration. */
export interface Overrides {
  /** The option `--port` of `krakend run`. */
  port: number | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/** lura's default. */
const DEFAULT_PORT = 8080;
const DEFAULT_HEALTH_PATH = "/__health";

/**
 * Finds out where a gateway with this configuration serves.
 *
 * The option wins over the environment, the environment over the file
 * (krakend-cobra, krakend-koanf).
 *
 * @param config The configuration, parsed; undefined if it is not known.
 */
export function endpointOf(config: unknown, overrides: Overrides): Endpoint {
  const { env } = overrides;
  const root = settingsIn(config);
  const router = settingsOf(root["extra_config"], "router");
  const isEncrypted = isRecord(root["tls"]) &&
    settingsIn(root["tls"])["disabled"] !== true;
  const isAsked = config !== undefined && !isEncrypted &&
    router["disable_health"] !== true;
  return {
    hostname: reachable(env["KRAKEND_LISTEN_IP"] || root["listen_ip"]),
    port: overrides.port ?? portOf(env["KRAKEND_PORT"]) ??
      portOf(root["port"]) ?? DEFAULT_PORT,
    healthPath: isAsked ? healthPathOf(router["health_path"]) : undefined,
  };
}

/** The address under which a listener on `address` can be reached from here. */
function reachable(address: unknown): string {
  if (address === "::") return "::1";
  if (typeof address !== "string" || address === "") return "127.0.0.1";
  return address === "0.0.0.0" ? "127.0.0.1" : address;
}

function healthPathOf(value: unknown): string {
  return typeof value === "string" && value ? value : DEFAULT_HEALTH_PATH;
}

function portOf(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
