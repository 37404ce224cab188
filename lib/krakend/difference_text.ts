/**
 * Differences of configurations, in words.
 *
 * @module
 */

import { withoutPasswords } from "../passwords.ts";
import type { Difference } from "./difference.ts";
import { looksSecret } from "./mask.ts";

/** Options for {@linkcode describeDifferences}. */
export interface DescribeOptions {
  /** How many differences are told before they are only counted. */
  most?: number;
}

/** The longest value that is shown, in characters. */
const LONGEST_VALUE = 40;
/** Settings whose values are programs. */
const CODE = /^(?:pre|post|source|sources_code|code)$/;
/** What KrakenD leaves alone: comments, by its own convention. */
const COMMENT = /^[@$_#]/;

/** Describes differences, each in one line, such as `GET /users: timeout 2s → 3s`. Values that may be secret are not told. */
export function describeDifferences(
  differences: readonly Difference[],
  { most = 10 }: DescribeOptions = {},
): string[] {
  const isComment = ({ setting }: Difference) =>
    setting.some((name) => COMMENT.test(name));
  const lines = differences.filter((it) => !isComment(it)).map(describe);
  const shown = lines.slice(0, most);
  const hidden = lines.length - shown.length;
  if (hidden > 0) shown.push(`and ${hidden} more`);
  if (lines.length === 0 && differences.length > 0) return ["comments only"];
  return shown.map(oneLine);
}

function describe(difference: Difference): string {
  const { kind, path, subject, setting } = difference;
  if (setting.length === 0 && path.length > 0) {
    const what = path[0] === "endpoints" ? `endpoint ${subject}` : subject;
    if (kind === "added") return `+1 ${what}`;
    if (kind === "removed") return `-1 ${what}`;
  }
  const owner = subject ? `${subject}: ` : "";
  return `${owner}${nameOf(setting)}${change(difference)}`;
}

/** `extra_config` goes without saying: a namespace has a name of its own. */
function nameOf(setting: readonly string[]): string {
  const name = setting.filter((it) => it !== "extra_config").join(".");
  return name || setting.join(".") || "the whole configuration";
}

function change(difference: Difference): string {
  const { kind, setting } = difference;
  const isHidden = setting.some(looksSecret) ||
    CODE.test(setting.at(-1) ?? "");
  if (isHidden) return ` ${kind}`;
  const before = say(difference.before);
  const after = say(difference.after);
  switch (kind) {
    case "added":
      return after ? ` ${after} added` : " added";
    case "removed":
      return before ? ` ${before} removed` : " removed";
    case "changed":
      return before && after && before !== after
        ? ` ${before} → ${after}`
        : " changed";
  }
}

/** A value, if it is short; else nothing. */
function say(value: unknown): string {
  if (Array.isArray(value)) {
    const words = value.map(say);
    const text = words.join(", ");
    return words.every(Boolean) && text.length <= LONGEST_VALUE
      ? `[${text}]`
      : "";
  }
  if (value === null || typeof value === "object") return "";
  const text = withoutPasswords(String(value ?? ""));
  // What follows a question mark may hold a key.
  const [plain = ""] = text.split("?");
  if (/-----BEGIN/.test(plain) || plain.includes("\n")) return "";
  return plain.length > LONGEST_VALUE
    ? `${plain.slice(0, LONGEST_VALUE - 1)}…`
    : plain;
}

/** Names are the user's, and may hold anything. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- it is about those
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
