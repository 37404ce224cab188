/**
 * What changed between two configurations, in KrakenD's own terms.
 *
 * @module
 */

import { isSecretive, redactName, redactValue, visible } from "../redact.ts";
import { listOf, type Members } from "./config.ts";

/** Lists of which the members are known by what they are, wherever they stand. */
const KNOWN = ["endpoints", "async_agent", "backend"];

/** Returns how a member of such a list is called. */
function callOf(list: string, member: Members): string {
  const show = (key: string) => redactValue(key, listOf(member[key])[0] ?? "");
  switch (list) {
    case "endpoints":
      return `endpoint ${methodOf(member)} ${show("endpoint")}`;
    case "backend":
      return `backend ${show("host")}${show("url_pattern")}`;
    default:
      return `agent ${redactName(`${member["name"]}`)}`;
  }
}

/** Further differences are only counted. */
const MOST = 10;
/** The longest value that is shown, in UTF-16 code units. */
const LONGEST = 60;
/** Deeper values are compared as a whole. */
const DEEPEST = 50;

/**
 * Returns one line for each difference, such as `GET /users: timeout 2s → 3s`,
 * without values that may be secret. Endpoints are the same if method and path
 * are, wherever they stand; the order of keys is no difference.
 */
export function differences(before: unknown, after: unknown): string[] {
  const lines = [...compare(before, after, "", [])];
  if (lines.length === 0) return ["the same settings, written otherwise"];
  const more = lines.length - MOST;
  const shown = lines.slice(0, MOST).map(visible);
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/**
 * Yields a line for each difference.
 *
 * @param owner The endpoint, agent and backend that both belong to, such as `GET /users: `.
 * @param path The way to them from there.
 */
function* compare(
  before: unknown,
  after: unknown,
  owner: string,
  path: readonly string[],
): Iterable<string> {
  if (before === after) return;
  const [old, now] = [membersIn(before), membersIn(after)];
  const isWhole = path.length >= DEEPEST || isSecretive(path.at(-1) ?? "");
  const isAlike = Array.isArray(before) === Array.isArray(after) &&
    (!Array.isArray(before) || Object(after).length === before.length);
  if (old && now && isAlike && !isWhole) {
    yield* compareMembers(old, now, owner, path);
  } else if (!isSame(before, after)) {
    const [from, to] = [sayValue(path, before), sayValue(path, after)];
    const change = before === undefined
      ? [to, "added"]
      : after === undefined
      ? [from, "removed"]
      : from && to && from !== to
      ? [from, "→", to]
      : ["changed"];
    yield owner + [nameOf(path), ...change].filter(Boolean).join(" ");
  }
}

function* compareMembers(
  before: Members,
  after: Members,
  owner: string,
  path: readonly string[],
): Iterable<string> {
  for (const name of new Set([before, after].flatMap(Object.keys))) {
    const [was, is] = [before, after]
      .map((it) => Object.hasOwn(it, name) ? it[name] : undefined);
    const [old, now] = [was ?? [], is ?? []];
    const isKnown = path.length === 0 && KNOWN.includes(name);
    // A component that comes is named by its own name, even if it is the first.
    const isOpen = name === "extra_config" && (isObject(was) || isObject(is));
    if (isKnown && areObjects(old) && areObjects(now)) {
      yield* compareKnown(old, now, owner, name);
    } else if (isOpen) {
      yield* compare(was ?? {}, is ?? {}, owner, [...path, name]);
    } else yield* compare(was, is, owner, [...path, name]);
  }
}

/** Members of a list that came, that went, that changed, and their order. */
function* compareKnown(
  before: readonly Members[],
  after: readonly Members[],
  owner: string,
  list: string,
): Iterable<string> {
  // An only backend may get another host or path.
  const isOnly = list === "backend" && before.length === 1 &&
    after.length === 1;
  // Of several with the same key, the first is the first.
  const free = Map.groupBy(before.keys(), (i) => keyOf(before[i] ?? {}));
  const origins = after.map((it) => isOnly ? 0 : free.get(keyOf(it))?.shift());
  const stayed = new Set(origins);
  for (const [i, member] of after.entries()) {
    if (origins[i] === undefined) yield `${owner}+1 ${callOf(list, member)}`;
  }
  for (const [i, member] of before.entries()) {
    if (!stayed.has(i)) yield `${owner}-1 ${callOf(list, member)}`;
  }
  for (const [i, member] of after.entries()) {
    const origin = origins[i];
    if (origin === undefined || isSame(before[origin], member)) continue;
    const name = isOnly
      ? "backend"
      : callOf(list, member).replace(/^endpoint /, "");
    const inner = `${owner.replace(/: $/, " ")}${name}: `;
    yield* compare(before[origin], member, inner, []);
  }
  const kept = origins.filter((it) => it !== undefined);
  if (kept.some((it, i) => it < (kept[i - 1] ?? 0))) {
    yield `${owner}${list} in another order`;
  }
}

/** Two members of a list are the same one if their keys are. */
function keyOf(member: Members): string {
  const { endpoint, name, url_pattern, host } = member;
  return JSON.stringify([methodOf(member), endpoint, name, url_pattern, host]);
}

/** KrakenD's default is GET. */
function methodOf({ method }: Members): string {
  return redactValue("method", `${method || "GET"}`.toUpperCase());
}

/** Returns the name of a key. `extra_config` is no part of it, as a component has a name of its own. */
function nameOf(path: readonly string[]): string {
  const names = path.filter((name) => name !== "extra_config");
  return (names.length > 0 ? names : path).map(redactName).join(".") ||
    "the whole configuration";
}

/** Returns a value that is short, as far as it can be shown; "" if nothing of it can. */
function sayValue(path: readonly string[], value: unknown): string {
  const text = redactValue(path.at(-1) ?? "", value);
  return /^[…, [\]]+$/.test(text) || text.length > LONGEST ? "" : text;
}

/** Returns the members of an object, or of a list of objects by their numbers from 1. */
function membersIn(value: unknown): Members | undefined {
  if (isObject(value)) return value;
  return areObjects(value)
    ? Object.fromEntries(value.map((it, i) => [`${i + 1}`, it]))
    : undefined;
}

/** Dates, which YAML and TOML have, are values. */
function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}

function areObjects(value: unknown): value is readonly Members[] {
  return Array.isArray(value) && value.every(isObject);
}

function isSame(before: unknown, after: unknown): boolean {
  if (typeof before !== "object" || typeof after !== "object") {
    return before === after;
  }
  try {
    return JSON.stringify(before) === JSON.stringify(after);
  } catch {
    // They are too deep to be written down.
    return false;
  }
}
