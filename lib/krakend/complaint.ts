/**
 * What KrakenD says of a configuration that it refuses, without the values
 * that it quotes.
 *
 * @module
 */

import { redactValue, visible } from "../redact.ts";

/** A complaint of KrakenD. */
export interface Complaint {
  /** Its own sentences, one a line, with `…` for values. */
  readonly text: string;
  /** The remedy, in our words. */
  readonly message?: string;
  /** The key that it is about, such as `endpoints[0].timeout`. */
  readonly key?: string;
  /** The endpoint that it is about, as `GET /a/:id`. */
  readonly endpoint?: string;
  /** The value that it is about, to find its place. It must not be shown. */
  readonly value?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** Whether the fault really is on this line. */
  readonly isExact?: boolean;
}

/** So much of an output is read at its beginning, and at its end, in UTF-16 code units. */
const MOST_OUTPUT = 32 * 1024;
/** So much of a complaint is shown, in UTF-16 code units, and in lines. */
const LONGEST_LINE = 500;
const MOST_LINES = 10;
// deno-lint-ignore no-control-regex -- colours begin with one
const COLORS = /\u001b\[[\d;]*m/g;

/** Returns an output without colours, and so short that patterns may read it. */
export function bounded(output: string): string {
  const text = output.length <= 2 * MOST_OUTPUT
    ? output
    : `${output.slice(0, MOST_OUTPUT)}\n${output.slice(-MOST_OUTPUT)}`;
  return text.replaceAll(COLORS, "");
}

/** Complaints of which all is known but the values that they quote. */
const KNOWN =
  /^(?:decoding failed|\d+ error\(s\) decoding|unsupported version|invalid character|unexpected end of JSON|json: |yaml: |\(\d+, \d+\): |invalid ip address|host .* not valid|ignoring the |undefined output param|input and output params|can not use NoOp|loading flexible-config|open |read )/;

/** A line above complaints, which says nothing. */
const HEADING =
  /^(?:decoding failed due|\d+ error\(s\) decoding|yaml: unmarshal errors:)/;

/**
 * Reads the complaint in the output of `krakend check`.
 *
 * @param output With the file as the user knows it.
 * @param config The configuration, parsed: in a complaint that is not known, all its values are hidden.
 * @returns Undefined if there is none.
 */
export function readComplaint(
  output: string,
  file: string,
  config: unknown,
): Complaint | undefined {
  const start = Math.max(0, output.lastIndexOf("ERROR "));
  const text = output.slice(start)
    .replace(/^ERROR (?:parsing the configuration file:\s*)?/, "")
    .replace(/^Parsing configuration file: .*/m, "").trim()
    .replace(`'${file}': `, "");
  const lines = withoutLongValues(text.split("\n")).map((it) => it.trim())
    .filter((line) => line && !HEADING.test(line));
  if (lines.length === 0) return undefined;
  const masked = lines.slice(0, MOST_LINES)
    .map((line) => mask(line.slice(0, LONGEST_LINE)))
    .map((line) => KNOWN.test(text) ? line : hideValues(line, config));
  return { text: masked.map(visible).join("\n"), ...subjectOf(lines) };
}

/** Removes values that may have several lines (mapstructure 1): one ends where the next complaint begins. */
function withoutLongValues(lines: readonly string[]): string[] {
  let isValue = false;
  return lines.flatMap((line) => {
    isValue &&= !/^\s*(?:\* )?'/.test(line);
    if (isValue) return [];
    const at = line.indexOf(", value: '");
    isValue = at >= 0;
    return isValue ? [`${line.slice(0, at)}, value: …`] : [line];
  });
}

/** A key, and what is wrong with its value (mapstructure 1 and 2). */
const DECODING =
  /^(?:\* )?(?:error decoding |cannot parse )?'(?<key>[^']{1,300})':? (?<rest>(?:expected |cannot parse |as |time: |source data |needs |has ).*)/;
/** Kinds of values, by the words of Go that ask for them. */
const KINDS: readonly [RegExp, string][] = [
  [/^time: |time\.Duration'/, "a duration, such as 3s or 500ms"],
  [/(?:as|type) '?u?int/, "a whole number"],
  [/(?:as|type) '?float/, "a number"],
  [/(?:as|type) '?bool/, "true or false"],
  [/(?:as|type) '?string/, "a text"],
  [/(?:as|type) '\[\]|must be an array/, "a list"],
  [/expected a map|type '(?:map|\*?config\.)/, "an object"],
];

/** Finds out what the complaint is about. */
function subjectOf(lines: readonly string[]): Omit<Complaint, "text"> {
  for (const line of lines) {
    const { key, rest = "" } = DECODING.exec(line)?.groups ?? {};
    const [, kind] = KINDS.find(([pattern]) => pattern.test(rest)) ?? [];
    if (key && kind) {
      return { key, message: `"${key.replace(/^.*\./, "")}" must be ${kind}` };
    }
  }
  const [first = ""] = lines;
  const [, have, want] =
    /^unsupported version: (-?\d+) \(want: (\d+)\)/.exec(first) ?? [];
  if (want) {
    const fault = have === "0" ? "is missing, or 0" : `cannot be ${have}`;
    const message = `"version" ${fault}: this KrakenD wants ${want}`;
    return { key: "version", message };
  }
  if (first.startsWith("invalid ip address")) {
    return { key: "listen_ip", message: '"listen_ip" must be an IP address' };
  }
  const [, value] = /^host (.*) not valid/.exec(first) ?? [];
  if (value) {
    const message =
      "this host is not valid: write http://NAME:PORT, without user and password";
    return { value, message };
  }
  const [, method, path] =
    /(?:ignoring the '|endpoint: )([A-Z]*) (\/[^\s,']*)/.exec(first) ?? [];
  if (path) return { endpoint: `${method || "GET"} ${path}` };
  const { line, column, rest = "" } =
    /^(?:\((?<line>\d+), (?<column>\d+)\): |(?:yaml: )?line (?<line>\d+): )(?<rest>.*)$/
      .exec(first)?.groups ?? {};
  const isTab = rest.includes("tab character");
  return !line ? {} : {
    message: mask(rest),
    line: Number(line),
    ...column && { column: Number(column) },
    isExact: isTab || !first.startsWith("yaml: "),
  };
}

/** A part in quotes, closed or not; no apostrophe. */
const QUOTED = /(?<!\w)'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`[^`]*`?/g;
/** Stands before a name of a type, a key, a parameter, a variable or a template. */
const BEFORE_NAME = /\b(?:type|as|key|param|variable|template) $/;
const NAME = /^[\w.*[\]{} /$-]{1,300}$/;
const KIND_OF_GO = /^(?:string|slice|map|u?int\d*|float\d+|bool|struct|ptr)$/;
/** One character, written plainly or as an escape, or some punctuation. */
const CHARACTER = /^(?:.|\\.|\\[xu][\da-f]{2,4}|\W{0,3})$/u;

/** Returns a line of KrakenD's with `…` for the values that it quotes. */
export function mask(line: string): string {
  const text = line
    .replace(/^(invalid ip address ).*/, "$1…")
    .replace(
      /^host (.*) not valid/,
      (_, host) => `host ${redactValue("host", host)} not valid`,
    )
    .replace(
      /(error calling fail: |invalid map key: |invalid unicode escape: ).*/,
      "$1…",
    )
    .replace(/(cannot unmarshal number )(?!into)\S+/, "$1…")
    .replace(/(cannot unmarshal !)[^!\s]\S*/, "$1…");
  const isDecoding = DECODING.test(text);
  return text.replaceAll(QUOTED, (quoted, at: number) => {
    const inner = quoted.slice(1).replace(/['"`]$/, "");
    const before = text.slice(Math.max(0, at - 20), at);
    const isName = NAME.test(inner) &&
      (BEFORE_NAME.test(before) ||
        isDecoding && !text.slice(0, at).includes("'"));
    const isShown = isName || CHARACTER.test(inner) ||
      /\bgot $/.test(before) && KIND_OF_GO.test(inner) ||
      /\bfunction $/.test(before) && /^[a-z][A-Za-z]{0,30}$/.test(inner);
    if (isShown) return quoted;
    const quote = quoted.charAt(0);
    const [, method = "", path] = /^([A-Z]* ?)(\/\S*)$/.exec(inner) ?? [];
    const shown = path ? method + redactValue("endpoint", path) : "…";
    return quote + shown + quote;
  });
}

/** Hides all values of a configuration in a line, but short ones, which may be a part of any word. */
function hideValues(line: string, config: unknown): string {
  let shown = line;
  const open: [key: string, value: unknown][] = [["", config]];
  for (const [key, value] of open) {
    if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        open.push([Array.isArray(value) ? key : name, inner]);
      }
    } else if (`${value}`.length > 3) {
      shown = shown.replaceAll(`${value}`, (it) => redactValue(key, it));
    }
  }
  return shown;
}
