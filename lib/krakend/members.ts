/**
 * The lists of a configuration whose members are known by what they are, and
 * not by where they stand: endpoints, async agents, backends.
 *
 * @module
 */

import { asList, type Settings } from "./namespaces.ts";

/** What a difference is about. */
export interface Subject {
  readonly kind: "endpoint" | "agent" | "backend";
  /** Such as `GET /users` or `http://b/x`, passwords included; empty for the only backend. */
  readonly name: string;
}

/** How the members of a list are told apart. */
export interface Members {
  readonly kind: Subject["kind"];
  /** What makes two members the same one, in one way or another; the first says most. */
  readonly keys: readonly ((member: Settings, index: number) => Key)[];
  nameOf(member: Settings): string;
}

type Key = readonly (string | number)[];

const ENDPOINTS: Members = {
  kind: "endpoint",
  keys: [({ method, endpoint }) => [methodOf(method), textOf(endpoint)]],
  nameOf: ({ method, endpoint }) => `${methodOf(method)} ${textOf(endpoint)}`,
};

const AGENTS: Members = {
  kind: "agent",
  keys: [({ name }) => [textOf(name)]],
  nameOf: ({ name }) => textOf(name),
};

const BACKENDS: Members = {
  kind: "backend",
  keys: [
    ({ method, url_pattern, host }) => [
      methodOf(method),
      textOf(url_pattern),
      ...asList(host).map(textOf),
    ],
    ({ method, url_pattern }) => [methodOf(method), textOf(url_pattern)],
    (_, index) => [index],
  ],
  nameOf: ({ host, url_pattern }) =>
    `${textOf(asList(host)[0])}${textOf(url_pattern)}`,
};

/** Lists by the settings that they stand under. */
export type Lists = ReadonlyMap<string, Members>;

/** The lists of a gateway. */
export const OF_GATEWAY: Lists = new Map([
  ["endpoints", ENDPOINTS],
  ["async_agent", AGENTS],
]);

/** The lists of a member of a list. */
export const OF_MEMBER: Lists = new Map([["backend", BACKENDS]]);

/**
 * Finds the members again that were there before. Of several with the same
 * key, the first is the first.
 *
 * @returns New places, and the old one of each.
 */
export function matchMembers(
  before: readonly Settings[],
  after: readonly Settings[],
  { keys }: Members,
): ReadonlyMap<number, number> {
  const origins = new Map<number, number>();
  const taken = new Set<number>();
  for (const keyOf of keys) {
    if (origins.size === after.length) break;
    const free = Map.groupBy(
      [...before.entries()].filter(([i]) => !taken.has(i)).reverse(),
      ([i, member]) => JSON.stringify(keyOf(member, i)),
    );
    for (const [i, member] of after.entries()) {
      if (origins.has(i)) continue;
      const [origin] = free.get(JSON.stringify(keyOf(member, i)))?.pop() ?? [];
      if (origin === undefined) continue;
      origins.set(i, origin);
      taken.add(origin);
    }
  }
  return origins;
}

/** KrakenD's default is GET. */
function methodOf(method: unknown): string {
  return textOf(method).toUpperCase() || "GET";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
