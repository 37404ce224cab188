/**
 * What changed between two configurations, in KrakenD's own terms.
 *
 * @module
 */

import { looksSecret } from "../secrets.ts";
import {
  type Lists,
  matchMembers,
  type Members,
  OF_GATEWAY,
  OF_MEMBER,
  type Subject,
} from "./members.ts";
import { isRecord, type Settings } from "./namespaces.ts";
import { holdsHeaders, type Path } from "./secrecy.ts";

/** One difference, secrets included. */
export interface Difference {
  /** `moved` means that members of a list stand in another order. */
  readonly kind: "added" | "removed" | "changed" | "moved";
  /**
   * The way to the value, such as `["endpoints", 3, "timeout"]`: in the old
   * configuration for what was removed, else in the new one.
   */
  readonly path: Path;
  /** What it belongs to, such as an endpoint and a backend of it; empty for the gateway itself. */
  readonly subjects: readonly Subject[];
  /**
   * The way to the setting within the subject, such as
   * `["extra_config", "qos/ratelimit/router", "max_rate"]`; empty if the
   * subject itself came or went.
   */
  readonly setting: Path;
  readonly before?: unknown;
  readonly after?: unknown;
}

interface Place {
  /** The way in the new configuration. */
  readonly path: Path;
  /** The way in the old one, where members of lists may have stood elsewhere. */
  readonly origin: Path;
  readonly subjects: readonly Subject[];
  readonly setting: Path;
  /** Whether it stands in a secret. */
  readonly isSecret: boolean;
  /** The lists here whose members are subjects. */
  readonly lists: Lists;
}

const NO_LISTS: Lists = new Map();
const ROOT: Place = {
  path: [],
  origin: [],
  subjects: [],
  setting: [],
  isSecret: false,
  lists: OF_GATEWAY,
};

/** Deeper than any configuration; what lies deeper is compared as a whole. */
const DEEPEST = 50;

/**
 * Finds what changed. Endpoints are the same if method and path are, wherever
 * they stand. The order of settings is no difference.
 */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  return compare(before, after, ROOT);
}

function compare(before: unknown, after: unknown, place: Place): Difference[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after) && isToldByItself(place)) {
    return compareSettings(before, after, place);
  }
  if (areObjects(before) && areObjects(after) && isToldByItself(place)) {
    return compareLists(before, after, place);
  }
  return isSame(before, after)
    ? []
    : [tell("changed", place, { before, after })];
}

/** Whether what is in a value is told by itself. In a secret, the names may be secrets too, but for those of headers. */
function isToldByItself({ path, isSecret }: Place): boolean {
  if (path.length >= DEEPEST || isSecret) return false;
  const key = path.at(-1);
  return typeof key !== "string" || !looksSecret(key) || holdsHeaders(key);
}

function compareSettings(
  before: Settings,
  after: Settings,
  place: Place,
): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const first = [...place.lists.keys()].filter((name) => names.delete(name));
  return [...first, ...names].flatMap((name) => {
    const inner = inside(place, name);
    const [was, is] = [before, after].map((it) => ownOf(it, name));
    const members = place.lists.get(name);
    const [old, now] = [was ?? [], is ?? []];
    if (members && areObjects(old) && areObjects(now)) {
      return compareMembers([old, now], members, inner);
    }
    // A component that comes is told by its own name, even if it is the first.
    if (name === "extra_config" && isObject(was ?? {}) && isObject(is ?? {})) {
      return compare(was ?? {}, is ?? {}, inner);
    }
    if (was === undefined) return [tell("added", inner, { after: is })];
    if (is === undefined) return [tell("removed", inner, { before: was })];
    return compare(was, is, inner);
  });
}

/** What was added, then what was removed, then what changed, then the order. */
function compareMembers(
  [before, after]: readonly [readonly Settings[], readonly Settings[]],
  members: Members,
  place: Place,
): Difference[] {
  const { kind } = members;
  const origins = matchMembers(before, after, members);
  const isOnly = kind === "backend" && before.length === 1 &&
    after.length === 1;
  const at = (member: Settings, index: number, origin: number): Place => ({
    path: [...place.path, index],
    origin: [...place.origin, origin],
    subjects: [
      ...place.subjects,
      { kind, name: isOnly ? "" : members.nameOf(member) },
    ],
    setting: [],
    isSecret: false,
    lists: OF_MEMBER,
  });
  const stayed = new Set(origins.values());
  const added = after.flatMap((it, i) =>
    origins.has(i) ? [] : [tell("added", at(it, i, i), { after: it })]
  );
  const removed = before.flatMap((it, i) =>
    stayed.has(i) ? [] : [tell("removed", at(it, i, i), { before: it })]
  );
  const changed = after.flatMap((it, i) => {
    const origin = origins.get(i);
    if (origin === undefined) return [];
    return compare(before[origin], it, at(it, i, origin));
  });
  const ways = after.flatMap((_, i) => origins.get(i) ?? []);
  const isMoved = ways.some((way, i) => way < (ways[i - 1] ?? way));
  const moved = isMoved ? [tell("moved", place, { before, after })] : [];
  return [...added, ...removed, ...changed, ...moved];
}

/** Lists of objects without names, between what both begin and end with. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  place: Place,
): Difference[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isSame(before[head], after[head])) head++;
  let tail = 0;
  while (
    tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))
  ) tail++;
  const [old, now] = [before.length - tail, after.length - tail];
  const differences: Difference[] = [];
  for (let i = head; i < Math.max(old, now); i++) {
    const inner = inside(place, i);
    if (i >= old) differences.push(tell("added", inner, { after: after[i] }));
    else if (i >= now) {
      differences.push(tell("removed", inner, { before: before[i] }));
    } else differences.push(...compare(before[i], after[i], inner));
  }
  return differences;
}

function tell(
  kind: Difference["kind"],
  { path, origin, subjects, setting }: Place,
  values: Pick<Difference, "before" | "after">,
): Difference {
  const way = kind === "removed" ? origin : path;
  return { kind, path: way, subjects, setting, ...values };
}

function inside(place: Place, key: string | number): Place {
  const owner = place.path.at(-1);
  return {
    path: [...place.path, key],
    origin: [...place.origin, key],
    subjects: place.subjects,
    setting: [...place.setting, key],
    isSecret: place.isSecret ||
      typeof owner === "string" && looksSecret(owner),
    lists: NO_LISTS,
  };
}

/** Dates, which YAML and TOML have, are values. */
function isObject(value: unknown): value is Settings {
  return isRecord(value) && !(value instanceof Date);
}

function areObjects(value: unknown): value is readonly Settings[] {
  return Array.isArray(value) && value.every(isObject);
}

/** A setting may be called like something that every object has. */
function ownOf(settings: Settings, name: string): unknown {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}

function isSame(before: unknown, after: unknown): boolean {
  try {
    return JSON.stringify(before) === JSON.stringify(after);
  } catch {
    // Too deep to be written down.
    return false;
  }
}
