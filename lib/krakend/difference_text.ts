/**
 * Differences of configurations, in words.
 *
 * @module
 */

import { withoutKeys, withoutSecrets } from "../secrets.ts";
import type { Difference } from "./difference.ts";
import type { Subject } from "./members.ts";
import { type Path, secrecyOf } from "./secrecy.ts";

/** Options for {@linkcode describeDifferences}. */
export interface DescribeOptions {
  /** How many differences are told before they are only counted. */
  most?: number;
}

/** The longest value that is shown, in characters. */
const LONGEST_VALUE = 40;
/** The longest name that is shown, in characters. */
const LONGEST_NAME = 100;
/** Settings whose values are programs, or texts that somebody makes others of. */
const CODE =
  /^(?:pre|post|source|sources_code|code|check_expr|expression|query|template)$/;
/** What KrakenD leaves alone: comments, by its own convention. */
const COMMENT = /^[@$_#]/;
/** Settings in which names are the user's, or those of a JSON schema. */
const FREE =
  /^(?:attributes|data|labels|literals|mapping|validation\/json-schema|.*headers?)$/i;

/**
 * Describes differences, each in one line, such as `GET /users: timeout 2s →
 * 3s`. Values that may be secret are not told.
 */
export function describeDifferences(
  differences: readonly Difference[],
  { most = 10 }: DescribeOptions = {},
): string[] {
  const told = differences.filter(({ setting }) => !isComment(setting));
  if (told.length === 0 && differences.length > 0) return ["comments only"];
  const shown = told.slice(0, most).map(describe);
  const hidden = told.length - shown.length;
  if (hidden > 0) shown.push(`and ${hidden} more`);
  return shown.map(oneLine);
}

function isComment(setting: Path): boolean {
  const first = setting.findIndex((key) => COMMENT.test(`${key}`));
  return first >= 0 &&
    !setting.slice(0, first).some((key) => FREE.test(`${key}`));
}

function describe(difference: Difference): string {
  const { kind, subjects, setting } = difference;
  const subject = subjects.at(-1);
  if (subject && setting.length === 0 && kind !== "changed") {
    const sign = kind === "added" ? "+1" : "-1";
    const name = nameOfSubject(subject);
    return `${ownerOf(subjects.slice(0, -1))}${sign} ${subject.kind} ${name}`;
  }
  return `${ownerOf(subjects)}${nameOf(setting)} ${changeOf(difference)}`;
}

/** Endpoints go without their kind. */
function ownerOf(subjects: readonly Subject[]): string {
  const names = subjects.map((subject) =>
    [subject.kind === "endpoint" ? "" : subject.kind, nameOfSubject(subject)]
      .filter(Boolean).join(" ")
  );
  return names.length > 0 ? `${names.join(" ")}: ` : "";
}

function nameOfSubject({ name }: Subject): string {
  const [plain = "", query] = withoutKeys(name).split("?");
  return clip(query === undefined ? plain : `${plain}?…`, LONGEST_NAME);
}

/** `extra_config` goes without saying: a namespace has a name of its own. People count from 1. */
function nameOf(setting: Path): string {
  const words = setting.map((key) =>
    typeof key === "number" ? `${key + 1}` : key
  );
  const name = words.filter((word) => word !== "extra_config").join(".") ||
    words.join(".");
  return clip(withoutSecrets(name), LONGEST_NAME) || "the whole configuration";
}

function changeOf(difference: Difference): string {
  const { kind, path, before, after } = difference;
  if (kind === "moved") return "in another order";
  const say = (value: unknown) => isHidden(value, path) ? "" : sayValue(value);
  const [old, now] = [say(before), say(after)];
  switch (kind) {
    case "added":
      return now ? `${now} added` : "added";
    case "removed":
      return old ? `${old} removed` : "removed";
    case "changed":
      if (old && now && old !== now) return `${old} → ${now}`;
      return isHidden(after, path) ? "changed" : changeOfList(before, after);
  }
}

/** What came into a list of texts that is too long to be shown, and what went. */
function changeOfList(before: unknown, after: unknown): string {
  if (!areTexts(before) || !areTexts(after)) return "changed";
  const come = after.filter((it) => !before.includes(it)).map(sayValue);
  const gone = before.filter((it) => !after.includes(it)).map(sayValue);
  const words = [...come.map((it) => `+${it}`), ...gone.map((it) => `-${it}`)];
  const text = words.join(" ");
  const isShort = ![...come, ...gone].includes("") &&
    text.length <= LONGEST_VALUE;
  return text && isShort ? text : "changed";
}

function isHidden(value: unknown, path: Path): boolean {
  if (CODE.test(`${path.findLast((key) => typeof key === "string")}`)) {
    return true;
  }
  const secrecy = secrecyOf(path);
  return secrecy === "all" || secrecy === "texts" && typeof value !== "boolean";
}

/** A value, if it is short and nothing in it may be a secret; else nothing. */
function sayValue(value: unknown): string {
  if (Array.isArray(value)) {
    const words = value.map(sayValue);
    const text = words.join(", ");
    return words.every(Boolean) && text.length <= LONGEST_VALUE
      ? `[${text}]`
      : "";
  }
  if (value === null) return "null";
  if (value === "") return '""';
  if (value === undefined || typeof value === "object") return "";
  // What follows a question mark may hold a key.
  const [text = ""] = withoutKeys(String(value)).split("?");
  return text.includes("\n") ? "" : clip(text, LONGEST_VALUE);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string");
}

function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Names are the user's, and may hold anything. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- it is about those
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
}
