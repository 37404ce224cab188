/**
 * What changed between two configurations, in KrakenD's own terms.
 *
 * @module
 */

import { isSecretive, redactName, redactValue, visible } from "../redact.ts";
import { isComment } from "./config.ts";

type Members = Readonly<Record<string, unknown>>;

/** Where two values stand. */
interface Where {
  /** The endpoint, agent and backend that they belong to, such as `GET /users: `. */
  readonly owner: string;
  /** The way to them from there. */
  readonly path: readonly string[];
  /** The lists here whose members are known by what they are. */
  readonly lists: readonly string[];
}

/** How the members of a list are known again. */
interface Kind {
  readonly name: string;
  /** Two members are the same one if their keys are. */
  readonly keyOf: (member: Members) => string;
  readonly nameOf: (member: Members) => string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  endpoints: {
    name: "endpoint",
    keyOf: ({ method, endpoint }) => `${methodOf(method)} ${endpoint}`,
    nameOf: ({ method, endpoint }) =>
      `${redactValue("method", methodOf(method))} ${
        redactValue("endpoint", endpoint ?? "")
      }`,
  },
  async_agent: {
    name: "agent",
    keyOf: ({ name }) => `${name}`,
    nameOf: ({ name }) => redactName(`${name}`),
  },
  backend: {
    name: "backend",
    keyOf: ({ method, url_pattern, host }) =>
      `${methodOf(method)} ${url_pattern} ${host}`,
    nameOf: ({ host, url_pattern }) =>
      redactValue("host", (Array.isArray(host) ? host[0] : host) ?? "") +
      redactValue("url_pattern", url_pattern ?? ""),
  },
};

/** Further differences are only counted. */
const MOST = 10;
/** The longest value that is shown, in UTF-16 code units. */
const LONGEST = 60;
/** Deeper values are compared as a whole. */
const DEEPEST = 50;
/** Keys below which names are the user's, so that none is a comment. */
const FREE =
  /^(?:attributes|auth\/.*|data|labels|literals|mapping|users|validation\/json-schema|.*headers?)$/i;

/**
 * Returns one line for each difference, such as `GET /users: timeout 2s → 3s`,
 * without values that may be secret. Endpoints are the same if method and path
 * are, wherever they stand; the order of keys is no difference.
 */
export function differences(before: unknown, after: unknown): string[] {
  const where = { owner: "", path: [], lists: ["endpoints", "async_agent"] };
  const lines: string[] = [];
  let more = 0;
  let hasComments = false;
  for (const line of compare(before, after, where)) {
    if (line === undefined) hasComments = true;
    else if (lines.length === MOST) more++;
    else lines.push(visible(line));
  }
  if (more > 0) lines.push(`and ${more} more`);
  if (lines.length > 0) return lines;
  return [
    hasComments ? "comments only" : "the same settings, written otherwise",
  ];
}

/** Yields a line for each difference; undefined for one in a comment. */
function* compare(
  before: unknown,
  after: unknown,
  where: Where,
): Iterable<string | undefined> {
  if (before === after) return;
  const { owner, path } = where;
  const isWhole = path.length >= DEEPEST || isSecretive(path.at(-1) ?? "");
  if (isObject(before) && isObject(after) && !isWhole) {
    yield* compareObjects(before, after, where);
  } else if (
    areObjects(before) && areObjects(after) && !isWhole &&
    before.length === after.length
  ) {
    for (const [i, member] of before.entries()) {
      // People count from 1.
      const inner = { ...where, path: [...path, `${i + 1}`] };
      yield* compare(member, after[i], inner);
    }
  } else if (!isSame(before, after)) {
    const [old, now] = [sayValue(path, before), sayValue(path, after)];
    const change = old && now && old !== now ? `${old} → ${now}` : "changed";
    yield lineOf(`${owner}${nameOf(path)} ${change}`, path);
  }
}

function* compareObjects(before: Members, after: Members, where: Where) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const lists = where.lists.filter((name) => names.delete(name));
  for (const name of [...lists, ...names]) {
    const path = [...where.path, name];
    const [was, is] = [before, after]
      .map((it) => Object.hasOwn(it, name) ? it[name] : undefined);
    const inner = { ...where, path, lists: [] };
    const kind = lists.includes(name) ? KINDS[name] : undefined;
    const [old, now] = [was ?? [], is ?? []];
    if (kind && areObjects(old) && areObjects(now)) {
      yield* compareMembers(old, now, kind, inner);
    } else if (name === "extra_config" && (isObject(was) || isObject(is))) {
      // A component that comes is named by its own name, even if it is the first.
      yield* compare(was ?? {}, is ?? {}, inner);
    } else if (was === undefined || is === undefined) {
      const value = sayValue(path, was ?? is);
      const verb = was === undefined ? "added" : "removed";
      const text = [nameOf(path), value, verb].filter(Boolean).join(" ");
      yield lineOf(`${where.owner}${text}`, path);
    } else yield* compare(was, is, inner);
  }
}

/** Members that came, that went, that changed, and their order. */
function* compareMembers(
  before: readonly Members[],
  after: readonly Members[],
  kind: Kind,
  { owner, path }: Where,
): Iterable<string | undefined> {
  const isOnly = kind === KINDS["backend"] && before.length === 1 &&
    after.length === 1;
  const origins = isOnly
    ? new Map([[0, 0]])
    : matchMembers(before, after, kind);
  const stayed = new Set(origins.values());
  const label = (member: Members) => `${kind.name} ${kind.nameOf(member)}`;
  for (const [i, member] of after.entries()) {
    if (!origins.has(i)) yield `${owner}+1 ${label(member)}`;
  }
  for (const [i, member] of before.entries()) {
    if (!stayed.has(i)) yield `${owner}-1 ${label(member)}`;
  }
  let last = -1;
  let isMoved = false;
  for (const [i, member] of after.entries()) {
    const origin = origins.get(i);
    if (origin === undefined) continue;
    isMoved ||= origin < last;
    last = origin;
    if (isSame(before[origin], member)) continue;
    // Endpoints go without their kind, and an only backend without its name.
    const name = kind.name === "endpoint"
      ? kind.nameOf(member)
      : isOnly
      ? kind.name
      : label(member);
    yield* compare(before[origin], member, {
      owner: `${owner.replace(/: $/, " ")}${name}: `,
      path: [],
      lists: ["backend"],
    });
  }
  if (isMoved) yield `${owner}${nameOf(path)} in another order`;
}

/** Returns the old place of each member that was there before, by its new one. Of several with the same key, the first is the first. */
function matchMembers(
  before: readonly Members[],
  after: readonly Members[],
  { keyOf }: Kind,
): ReadonlyMap<number, number> {
  const free = Map.groupBy(
    [...before.keys()].reverse(),
    (i) => keyOf(before[i] ?? {}),
  );
  const origins = new Map<number, number>();
  for (const [i, member] of after.entries()) {
    const origin = free.get(keyOf(member))?.pop();
    if (origin !== undefined) origins.set(i, origin);
  }
  return origins;
}

/** Returns a line, but undefined where a comment was changed. */
function lineOf(line: string, path: readonly string[]): string | undefined {
  const first = path.findIndex(isComment);
  return first < 0 || path.slice(0, first).some((name) => FREE.test(name))
    ? line
    : undefined;
}

/** Returns the name of a key. `extra_config` is no part of it, as a component has a name of its own. */
function nameOf(path: readonly string[]): string {
  const names = path.filter((name) => name !== "extra_config");
  return (names.length > 0 ? names : path).map(redactName).join(".") ||
    "the whole configuration";
}

/** Returns a value that is short, as far as it can be shown; "" if nothing of it can. */
function sayValue(path: readonly string[], value: unknown): string {
  const [key = "", ...owners] = path.toReversed();
  // Where the user has named the keys, a number may be a secret, too.
  const isFree = owners.some((name) => FREE.test(name) || isSecretive(name));
  const text = redactValue(key, value);
  const isHidden = /^[…, [\]]+$/.test(text) || isFree && /\d/.test(text);
  return isHidden || text.length > LONGEST ? "" : text;
}

/** KrakenD's default is GET. */
function methodOf(method: unknown): string {
  return `${method || "GET"}`.toUpperCase();
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
