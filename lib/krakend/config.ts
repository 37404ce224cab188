/**
 * A configuration as KrakenD reads it: its format, and what it says of ports.
 *
 * @module
 */

import { parseToml, parseYaml } from "./yaml_toml.ts";

/** The formats that KrakenD distinguishes (krakend-koanf). */
export type Format = "json" | "yaml" | "toml";

/** The outcome of {@linkcode parseConfig}. */
export type Parsed =
  | { readonly kind: "config"; readonly config: unknown }
  /** KrakenD certainly refuses it. `explain()` finds the reason. */
  | { readonly kind: "fault" }
  /** KrakenD may read it, and krakend-watch cannot. The reason is a sentence for the user. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Where a gateway serves, as seen from its own machine. */
export interface Endpoint {
  readonly hostname: string;
  /** Undefined if only the gateway knows it. */
  readonly port: number | undefined;
  readonly isTls: boolean;
}

/** The environment of a gateway. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The members of an object, by their names in small letters. */
export type Members = Readonly<Record<string, unknown>>;

/** Returns the format in which KrakenD reads a file: `x.YAML` is JSON. */
export function formatOf(path: string): Format {
  if (/\.ya?ml$/.test(path)) return "yaml";
  return path.endsWith(".toml") ? "toml" : "json";
}

/**
 * Parses a configuration. It is never stricter than KrakenD: a fault is JSON
 * that Go cannot parse, or a file without any text.
 */
export async function parseConfig(
  content: Uint8Array,
  format: Format,
): Promise<Parsed> {
  const text = decode(content, format);
  if (text.trim() === "") return { kind: "fault" };
  try {
    if (format === "yaml") {
      return { kind: "config", config: await parseYaml(text) };
    }
    if (format === "toml") {
      return { kind: "config", config: await parseToml(text) };
    }
    const config: unknown = JSON.parse(text);
    return typeof config === "object" && !Array.isArray(config)
      ? { kind: "config", config }
      : { kind: "fault" };
  } catch {
    if (format === "json") return { kind: "fault" };
    const reason =
      `krakend-watch cannot parse it as ${format.toUpperCase()}; if KrakenD can, it is served, but the files that it names are not watched: name them with --watch`;
    return { kind: "unknown", reason };
  }
}

/**
 * Decodes a file as KrakenD does: YAML may be UTF-16, and YAML and TOML may
 * begin with a byte order mark.
 */
export function decode(content: Uint8Array, format: Format): string {
  const mark = format === "yaml" ? `${content[0]} ${content[1]}` : "";
  const encoding = mark === "255 254"
    ? "utf-16le"
    : mark === "254 255"
    ? "utf-16be"
    : "utf-8";
  return new TextDecoder(encoding, { ignoreBOM: format === "json" })
    .decode(content);
}

/**
 * Finds where a gateway serves: the option wins over the environment, the
 * environment over the file (krakend-cobra, krakend-koanf).
 *
 * @param config The configuration, parsed; undefined if it is unknown.
 * @param port Of the option `--port`.
 */
export function endpointOf(
  config: unknown,
  env: Environment,
  port?: number,
): Endpoint {
  const root = membersOf(config);
  const valueOf = (key: string) => {
    const variable = overriddenBy(key, env);
    return variable ? env[variable] : root[key];
  };
  const isKnown = config !== undefined || overriddenBy("port", env);
  return {
    hostname: reachable(valueOf("listen_ip")),
    port: port || (isKnown ? portOf(valueOf("port")) : undefined),
    isTls: isSet(root["tls"]) && !isTrue(membersOf(root["tls"])["disabled"]),
  };
}

/**
 * Returns the variable that overrides a key at the top of the configuration,
 * as every KRAKEND_X does with the key x, even an empty one; undefined if none does.
 */
export function overriddenBy(
  key: string,
  env: Environment,
): string | undefined {
  return Object.keys(env).findLast((name) =>
    name.startsWith("KRAKEND_") && name.slice(8).toLowerCase() === key
  );
}

/** lura's default. */
const DEFAULT_PORT = 8080;
/** Integers as Go writes them in its own source. */
const INTEGER = /^\+?(?:0x[\da-f]+|0b[01]+|0o?[0-7]*|[1-9]\d*)$/i;

/** Reads a port as KrakenD does, which takes texts and truth values too (mapstructure). */
function portOf(value: unknown): number | undefined {
  if (typeof value === "string" && value !== "" && !INTEGER.test(value)) {
    return undefined;
  }
  const text = `${value ?? ""}`.replace(/^\+/, "").replace(/^0(?=\d)/, "0o");
  const port = Math.trunc(Number(typeof value === "string" ? text : value));
  if (port === 0 || !isSet(value)) return DEFAULT_PORT;
  return port > 0 && port < 65_536 ? port : undefined;
}

/** Returns the address at which a listener on another one can be reached from here. */
function reachable(address: unknown): string {
  if (address === "::") return "::1";
  return typeof address !== "string" || ["", "0.0.0.0"].includes(address)
    ? "127.0.0.1"
    : address;
}

/** Whether async agents begin to consume before the gateway listens; so they may, if the configuration is unknown. */
export function hasAsyncAgents(config: unknown): boolean {
  return config === undefined ||
    listOf(membersOf(config)["async_agent"]).length > 0;
}

/** Components of a whole gateway that open no port of their own. */
const WITHOUT_LISTENER = new Set([
  ...["router", "documentation/openapi", "plugin/http-server"],
  ...["security/bot-detector", "security/cors", "security/http"],
  ...["qos/ratelimit/service", "modifier/lua-endpoint"],
  ...["telemetry/gelf", "telemetry/influx", "telemetry/logging"],
  ...["telemetry/logstash"],
]);

/**
 * Whether a gateway may listen on more than the port of its service. A second
 * one that cannot have such a port logs an error at most and goes on without
 * it (measured), so two of them must not overlap unless ports are shared.
 */
export function ownsOtherListeners(config: unknown): boolean {
  const root = membersOf(config);
  if (config === undefined || isSet(root["plugin"])) return true;
  const components = Object.entries(membersOf(root["extra_config"]));
  return components.some(([key, component]) => {
    const name = componentName(key);
    const { endpoint_disabled, exporters } = membersOf(component);
    switch (name) {
      case "telemetry/metrics":
        return endpoint_disabled !== true;
      case "telemetry/opentelemetry":
      case "telemetry/opencensus":
        // Those with `disable_metrics` listen, too.
        return listOf(membersOf(exporters)["prometheus"]).length > 0;
    }
    return !WITHOUT_LISTENER.has(name) && !isComment(name);
  });
}

/** Whether a key is a comment by the convention of KrakenD's users. */
export function isComment(key: string): boolean {
  return /^(?:[@$_#]|\/\/)/.test(key);
}

/** Names of components that KrakenD still takes, without `github.com/` (krakend-ce). */
const OLD_NAMES = new Map([
  ["luraproject/lura/router/gin", "router"],
  ["devopsfaith/krakend/router/gin", "router"],
  ["devopsfaith/krakend/transport/http/server/handler", "plugin/http-server"],
  ["devopsfaith/krakend/transport/http/client/graphql", "backend/graphql"],
  ["devopsfaith/krakend-jose/validator", "auth/validator"],
  ["devopsfaith/krakend-jose/signer", "auth/signer"],
  ["devopsfaith/bloomfilter", "auth/revoker"],
  ["devopsfaith/krakend-botdetector", "security/bot-detector"],
  ["devopsfaith/krakend-cors", "security/cors"],
  ["devopsfaith/krakend-httpsecure", "security/http"],
  ["devopsfaith/krakend-lua/router", "modifier/lua-endpoint"],
  ["devopsfaith/krakend-lua/proxy", "modifier/lua-proxy"],
  ["devopsfaith/krakend-lua/proxy/backend", "modifier/lua-backend"],
  ["devopsfaith/krakend-gelf", "telemetry/gelf"],
  ["devopsfaith/krakend-gologging", "telemetry/logging"],
  ["devopsfaith/krakend-logstash", "telemetry/logstash"],
  ["letgoapp/krakend-influx", "telemetry/influx"],
  ["devopsfaith/krakend-metrics", "telemetry/metrics"],
  ["devopsfaith/krakend-opencensus", "telemetry/opencensus"],
]);

/** Returns the name of today of a component. */
export function componentName(name: string): string {
  if (!name.startsWith("github")) return name;
  return OLD_NAMES.get(name.replace(/^github[._]com\//, "")) ?? name;
}

/**
 * Returns the members of an object by their names in small letters, as KrakenD
 * takes them in any case (mapstructure); none if the value is no object. A
 * name that is written in small letters wins.
 */
export function membersOf(value: unknown): Members {
  const members: Record<string, unknown> = {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return members;
  }
  for (const [name, member] of Object.entries(value)) {
    const small = name.toLowerCase();
    const isShadowed = small !== name && Object.hasOwn(value, small);
    // KrakenD has no such name, and JavaScript has another use for it.
    if (!isShadowed && small !== "__proto__") members[small] = member;
  }
  return members;
}

/** Returns a value as a list: KrakenD takes one value for a list of one (mapstructure). */
export function listOf(value: unknown): readonly unknown[] {
  if (!isSet(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether KrakenD takes a value for true (mapstructure, strconv). */
export function isTrue(value: unknown): boolean {
  return typeof value === "string"
    ? /^(?:1|t|T|true|True|TRUE)$/.test(value)
    : Boolean(value);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
