/**
 * Places of keys in a text. Parsers of YAML and TOML keep none, but if a text
 * has a name as often as the configuration that was read from it, they come in
 * the same order.
 *
 * @module
 */

import { type Format, listOf, membersOf } from "./config.ts";
import type { Fault } from "./frame.ts";

/** A part of a text. */
export type Span = Pick<Fault, "offset" | "length">;

/** The way to a value: names, and the numbers of members of lists. */
type Path = readonly string[];

/**
 * Finds a key in a text.
 *
 * @param key As Go writes it, such as `endpoints[0].timeout`, in any case.
 * @returns Undefined if it is not there, or its place is not certain.
 */
export function findKey(
  key: string,
  config: unknown,
  text: string,
  format: Format,
): Span | undefined {
  const path = pathOf(key, config);
  const name = path.at(-1);
  if (name === undefined) return undefined;
  const places = placesOf(name, text, format);
  const keys = [...keysNamed(name, config, path)];
  return places.length === keys.length ? places[keys.indexOf(true)] : undefined;
}

/** Finds the `endpoint` of an endpoint that KrakenD names as `GET /a/:id`. */
export function keyOfEndpoint(endpoint: string, config: unknown): string {
  const normal = (it: string) =>
    it.replace(/\/+/, "/").replaceAll(/\{([\w.:/-]+)\}/g, ":$1");
  const index = listOf(membersOf(config)["endpoints"]).map(membersOf)
    .findIndex(({ method, endpoint: path }) =>
      normal(`${method || "GET"} /${path}`) === normal(endpoint)
    );
  return `endpoints[${index}].endpoint`;
}

/** Returns all places of a name before a value, in order. */
export function placesOf(name: string, text: string, format: Format): Span[] {
  const escaped = name.replaceAll(/\W/g, "\\$&");
  const pattern = {
    json: String.raw`"${escaped}"(?=\s*:)`,
    yaml: String.raw`(?<=^|[\s{,])["']?${escaped}["']?(?=\s*:(?:\s|$))`,
    toml: String.raw`(?<=^|[\s{,.])["']?${escaped}["']?(?=\s*=)`,
  }[format];
  const withoutComments = format === "json"
    ? text
    : text.replaceAll(/^[ \t]*#.*/gm, (it) => " ".repeat(it.length));
  return [...withoutComments.matchAll(new RegExp(pattern, "gm"))]
    .map(({ 0: { length }, index: offset }) => ({ offset, length }));
}

/** Returns the way to a key as it is written, up to the last name. */
function pathOf(key: string, config: unknown): Path {
  const path: string[] = [];
  let value = config;
  for (const [step] of key.matchAll(/[^.[\]]+/g)) {
    const names = typeof value === "object" ? Object.keys(value ?? {}) : [];
    const name = names.find((it) => it === step) ??
      names.find((it) => it.toLowerCase() === step.toLowerCase());
    if (name === undefined) {
      // KrakenD takes one value for a list of one.
      if (/^\d+$/.test(step)) continue;
      return [];
    }
    path.push(name);
    value = Object(value)[name];
  }
  return path.slice(0, path.findLastIndex((step) => !/^\d+$/.test(step)) + 1);
}

/** Yields for each key of a name, in order, whether it is that at the end of the path. */
function* keysNamed(name: string, config: unknown, path: Path) {
  const open: [key: string, value: unknown, rest?: Path][] = [[
    "",
    config,
    path,
  ]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [key, value, rest] = next;
    if (key === name) yield rest?.length === 0;
    if (typeof value !== "object" || value === null) continue;
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries(value).reverse()) {
      const isOnPath = rest !== undefined && rest[0] === key;
      // No member of a list has a name.
      const label = isList ? "" : key;
      open.push(isOnPath ? [label, inner, rest.slice(1)] : [label, inner]);
    }
  }
}
