/**
 * What changed between two configurations, in KrakenD's own terms.
 *
 * @module
 */

import { asList, asRecord, isRecord, type Settings } from "./namespaces.ts";

/** One difference. */
export interface Difference {
  readonly kind: "added" | "removed" | "changed";
  /**
   * The way to the value, such as `["endpoints", 3, "timeout"]`: in the old
   * configuration for what was removed, else in the new one.
   */
  readonly path: Path;
  /** What it belongs to, such as `GET /users`; empty for the gateway itself. */
  readonly subject: string;
  /** The setting within it, such as `["extra_config", "qos/ratelimit/router", "max_rate"]`; empty if the subject itself came or went. */
  readonly setting: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

type Path = readonly (string | number)[];

/** Deeper than any configuration; what lies deeper is compared as a whole. */
const DEEPEST = 50;

/** Finds what changed. Endpoints are the same if method and path are, wherever they stand. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  if (!isRecord(before) || !isRecord(after)) {
    return compare(before, after, ROOT);
  }
  const lists = Object.entries(NAMERS).flatMap(([key, nameOf]) =>
    compareNamed(before[key], after[key], { key, nameOf })
  );
  const own = compare(without(before), without(after), ROOT);
  return [...lists, ...own];
}

interface Place {
  /** The way in the new configuration. */
  readonly path: Path;
  /** The way in the old one, where members of lists may have stood elsewhere. */
  readonly origin: Path;
  readonly subject: string;
  readonly setting: readonly string[];
}

const ROOT: Place = { path: [], origin: [], subject: "", setting: [] };

/** The lists whose members are known by a name. */
const NAMERS: Readonly<Record<string, (member: Settings) => string>> = {
  endpoints: ({ method, endpoint }) =>
    `${textOf(method).toUpperCase() || "GET"} ${textOf(endpoint)}`,
  async_agent: ({ name }) => `agent ${textOf(name)}`,
};

/** The settings that have no members which are compared by themselves. */
function without(config: Settings): Settings {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) =>
      !(key in NAMERS && Array.isArray(value))
    ),
  );
}

interface NamedList {
  readonly key: string;
  readonly nameOf: (member: Settings) => string;
}

function compareNamed(
  before: unknown,
  after: unknown,
  { key, nameOf }: NamedList,
): Difference[] {
  // A list that comes or goes as such is a setting like others.
  if (!Array.isArray(before) && before !== undefined) return [];
  if (!Array.isArray(after) && after !== undefined) return [];
  const old = byName(asList(before), nameOf);
  const now = byName(asList(after), nameOf);
  const added = [...now].filter(([name]) => !old.has(name))
    .map(([, { index, subject, value }]): Difference => ({
      kind: "added",
      path: [key, index],
      subject,
      setting: [],
      after: value,
    }));
  const removed = [...old].filter(([name]) => !now.has(name))
    .map(([, { index, subject, value }]): Difference => ({
      kind: "removed",
      path: [key, index],
      subject,
      setting: [],
      before: value,
    }));
  const changed = [...now].flatMap(([name, { index, subject, value }]) => {
    const previous = old.get(name);
    if (!previous) return [];
    const origin = [key, previous.index];
    const place = { path: [key, index], origin, subject, setting: [] };
    return compare(previous.value, value, place);
  });
  return [...added, ...removed, ...changed];
}

interface Member {
  readonly index: number;
  readonly subject: string;
  readonly value: unknown;
}

/** The members of a list by their names; those of the same name are told apart by their order. */
function byName(
  list: readonly unknown[],
  nameOf: NamedList["nameOf"],
): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const [index, value] of list.entries()) {
    const subject = nameOf(asRecord(value));
    let name = subject;
    for (let i = 2; members.has(name); i++) name = `${subject}\n${i}`;
    members.set(name, { index, subject, value });
  }
  return members;
}

function compare(before: unknown, after: unknown, place: Place): Difference[] {
  if (Object.is(before, after)) return [];
  const isDeep = place.path.length >= DEEPEST;
  if (!isDeep && isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      compareMember(before, after, key, inside(place, key))
    );
  }
  if (!isDeep && areObjects(before) && areObjects(after)) {
    return compareLists(before, after, place);
  }
  return isSame(before, after)
    ? []
    : [tell("changed", place, { before, after })];
}

function compareMember(
  before: Settings,
  after: Settings,
  key: string,
  place: Place,
): Difference[] {
  if (!Object.hasOwn(before, key)) {
    return [tell("added", place, { after: after[key] })];
  }
  if (!Object.hasOwn(after, key)) {
    return [tell("removed", place, { before: before[key] })];
  }
  return compare(before[key], after[key], place);
}

/** Lists of objects, such as backends, member by member. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  place: Place,
): Difference[] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => {
    const inner = inside(place, index);
    if (index >= before.length) {
      return [tell("added", inner, { after: after[index] })];
    }
    if (index >= after.length) {
      return [tell("removed", inner, { before: before[index] })];
    }
    return compare(before[index], after[index], inner);
  }).flat();
}

function tell(
  kind: Difference["kind"],
  { path, origin, subject, setting }: Place,
  values: Pick<Difference, "before" | "after">,
): Difference {
  const way = kind === "removed" ? origin : path;
  return { kind, path: way, subject, setting, ...values };
}

function inside(place: Place, key: string | number): Place {
  // People count from 1, and name a single backend without a number.
  const word = typeof key === "number" ? `${key + 1}` : key;
  return {
    ...place,
    path: [...place.path, key],
    origin: [...place.origin, key],
    setting: [...place.setting, word],
  };
}

function areObjects(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}

function isSame(before: unknown, after: unknown): boolean {
  try {
    return JSON.stringify(before) === JSON.stringify(after);
  } catch {
    // Too deep to be written down.
    return false;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
