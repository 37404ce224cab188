/**
 * A configuration as KrakenD reads it: its format, and what it says of ports.
 *
 * @module
 */

import type { Environment } from "../cli/options.ts";
import type { Endpoint } from "../supervise/readiness.ts";

/** The formats that KrakenD distinguishes (krakend-koanf). */
export type Format = "json" | "yaml" | "toml";

/** The outcome of {@linkcode parseConfig}. */
export type Parsed =
  | { readonly kind: "config"; readonly config: unknown }
  /** KrakenD certainly refuses it. `explain()` finds the reason. */
  | { readonly kind: "fault" }
  /** KrakenD may read it, and krakend-watch cannot. The reason is a sentence for the user. */
  | { readonly kind: "unknown"; readonly reason: string };

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
    const config = await parse(text, format);
    const isRefused = format === "json" &&
      (typeof config !== "object" || Array.isArray(config));
    return isRefused ? { kind: "fault" } : { kind: "config", config };
  } catch {
    if (format === "json") return { kind: "fault" };
    const reason =
      `krakend-watch cannot parse it as ${format.toUpperCase()}; if KrakenD can, it is served, but the files that it names are not watched: name them with --watch`;
    return { kind: "unknown", reason };
  }
}

/** Decodes a file as KrakenD does: YAML and TOML may begin with a byte order mark. */
export function decode(content: Uint8Array, format: Format): string {
  return new TextDecoder("utf-8", { ignoreBOM: format === "json" })
    .decode(content);
}

/**
 * Parses a text.
 *
 * @throws {SyntaxError} If it cannot be read.
 */
export async function parse(text: string, format: Format): Promise<unknown> {
  if (format === "json") return JSON.parse(text);
  if (format === "toml") {
    const { parse } = await import("smol-toml");
    return parse(text);
  }
  const { parse } = await import("@std/yaml");
  const document = firstDocument(text);
  let value: unknown;
  try {
    value = parse(document);
  } catch (error) {
    if (!/\btag\b/.test(String(error))) throw error;
    // go-yaml passes over tags that it does not know.
    value = parse(document.replaceAll(YAML_TAG, (_, quoted) => quoted ?? ""));
  }
  let count = 0;
  for (const _ of valuesIn(value)) {
    // Aliases of aliases; go-yaml refuses them, too.
    if (++count > MOST_VALUES) throw new SyntaxError("it has too many aliases");
  }
  return value;
}

const MOST_VALUES = 1_000_000;
/** A value in quotes, which stays, or a tag such as `!Ref`. */
const YAML_TAG =
  /(?<![^\s[{,:])(?<quoted>"(?:[^"\\]|\\[^])*"|'[^']*')|(?<![^\s[{,])!(?:<[^>\s]*>|[^\s,[\]{}]*)/g;

/** Returns the first document of YAML, which is all that KrakenD reads, with every line where it was. */
function firstDocument(text: string): string {
  const [preamble = ""] =
    /^(?:(?:[ \t]*(?:#.*)?|%.*)\r?\n)*---(?=\s|$)/.exec(text) ?? [];
  const rest = text.slice(preamble.length);
  const end = rest.search(/^(?:---|\.\.\.)(?:\s|$)/m);
  return preamble.replaceAll(/[^\n]/g, " ") +
    (end < 0 ? rest : rest.slice(0, end));
}

/** Yields every value of a configuration in its order, with its path as Go writes it, such as `endpoints[0].timeout`. */
export function* valuesIn(
  config: unknown,
): Iterable<readonly [path: string, value: unknown]> {
  const open: [string, unknown][] = [["", config]];
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const [path, value] = next;
    if (typeof value !== "object" || value === null) continue;
    for (const [name, inner] of Object.entries(value).reverse()) {
      const step = Array.isArray(value)
        ? `[${name}]`
        : path
        ? `.${name}`
        : name;
      open.push([path + step, inner]);
    }
  }
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
  const root = membersOf(withVariables(config, env));
  const { listen_ip: address } = root;
  const isKnown = config !== undefined || "port" in root;
  const isAny = typeof address !== "string" ||
    ["", "0.0.0.0"].includes(address);
  return {
    hostname: isAny ? "127.0.0.1" : address === "::" ? "::1" : address,
    port: port || (isKnown ? portOf(root["port"]) : undefined),
  };
}

/**
 * Finds the variables that override a configuration, with the keys: as every
 * KRAKEND_X does with the key x, even an empty one, and KRAKEND_X.Y with the
 * key y in x. Of two for one key, the last one counts.
 */
export function variablesIn(env: Environment) {
  return Object.keys(env).filter((name) => /^KRAKEND_./.test(name))
    .map((name) => ({ name, path: name.slice(8).toLowerCase() }));
}

/** Returns a configuration as KrakenD has it, with the variables that override it. */
export function withVariables(config: unknown, env: Environment): unknown {
  return variablesIn(env)
    .map(({ name, path }) => ({ keys: path.split("."), value: env[name] }))
    // A text has no keys in it.
    .sort((a, b) => b.keys.length - a.keys.length)
    .reduce((it, { keys, value }) => withValue(it, keys, value), config);
}

function withValue(
  config: unknown,
  [key, ...rest]: readonly string[],
  value: unknown,
): unknown {
  if (key === undefined) return value;
  const members = membersOf(config);
  return { ...members, [key]: withValue(members[key], rest, value) };
}

/** lura's default. */
const DEFAULT_PORT = 8080;

/** Returns undefined for a port that is written in a way of Go's own, or is none. */
function portOf(value: unknown): number | undefined {
  if (["", "0"].includes(`${value ?? ""}`)) return DEFAULT_PORT;
  const isPlain = typeof value === "number" || typeof value === "string";
  const port = isPlain && /^[1-9]\d*$/.test(`${value}`) ? Number(value) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

/** Whether async agents begin to consume before the gateway listens; so they may, if the configuration is unknown. */
export function hasAsyncAgents(config: unknown): boolean {
  return config === undefined ||
    listOf(membersOf(config)["async_agent"]).length > 0;
}

/** Components of a whole gateway that open no port of their own. */
const WITHOUT_LISTENER =
  /^(?:router$|plugin\/http-server$|(?:documentation|modifier|qos|security)\/|telemetry\/(?:gelf|influx|logging|logstash)$)/;

/**
 * Whether a gateway may listen on more than the port of its service. A second
 * one that cannot have such a port logs an error at most and goes on without
 * it (measured), so two of them must not overlap unless ports are shared.
 */
export function ownsOtherListeners(config: unknown): boolean {
  const root = membersOf(config);
  if (config === undefined || isSet(root["plugin"])) return true;
  const components = Object.entries(membersOf(root["extra_config"]));
  return components.some(([name, component]) => {
    const { endpoint_disabled, exporters } = membersOf(component);
    switch (name) {
      case "telemetry/metrics":
        return endpoint_disabled !== true;
      case "telemetry/opentelemetry":
      case "telemetry/opencensus":
        // Those with `disable_metrics` listen, too.
        return listOf(membersOf(exporters)["prometheus"]).length > 0;
    }
    return !WITHOUT_LISTENER.test(name) && !isComment(name);
  });
}

/** Whether a key is a comment by the convention of KrakenD's users. */
export function isComment(key: string): boolean {
  return /^(?:[@$_#]|\/\/)/.test(key);
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
