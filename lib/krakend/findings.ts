/**
 * What `krakend check -n` finds, read from what it prints.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { withoutSecrets } from "../secrets.ts";

/** One line of what the validator prints, with the lines that explain it. */
interface Finding {
  /** Where in the document, as a JSON pointer; a `/` within a name is written plainly. */
  readonly path: string;
  readonly message: string;
  readonly causes: Finding[];
}

/** The most findings that are told. */
const MOST_FINDINGS = 20;
/** The longest that a finding may be, in characters. */
const LONGEST_FINDING = 300;
/** How many ways to mend a finding are told. */
const MOST_CHOICES = 3;

/** How krakend-cobra begins the result of a lint, on the line that names the schema. */
const TITLE = /^ERROR linting the configuration file:.*$/m;
const LINE = /^(?<indent> *)- at '(?<path>(?:[^'\\]|\\.)*)': (?<message>.*)$/;
/**
 * The messages of the validator (santhosh-tekuri/jsonschema) that hold names
 * and what the schema wants, and nothing of a value.
 */
const HARMLESS =
  /^(?:got \w+, want \w|value must be |(?:missing|additional) propert|properties '|invalid propertyName '|last \d|items at \d|no items match|(?:min|max)(?:imum|Items|Length|Properties)?:? |exclusiveM\w+: |multipleOf: |\w+ (?:failed|schema)\b)/;
const UNKNOWN = /^additional properties (?<names>'.*') not allowed$/;
const QUOTED = /'(?:[^'\\]|\\.)*'/g;
const PATTERN = /^'.*' (?<rest>does not match pattern '.*')$/;
const FORMAT = /^(?:'.*'|\S+) is not valid (?<format>[a-z-]+): /;

/**
 * Reads the findings. Values of the configuration, which may be secrets, are
 * never among them.
 *
 * @param output All that krakend has printed.
 * @returns One sentence each, such as `at '/port': got string, want integer`;
 * none if this is not the output of a lint that found something. The same
 * findings are always told in the same order.
 */
export function parseFindings(output: string): string[] {
  const text = stripAnsiCode(output);
  const title = TITLE.exec(text);
  if (!title) return [];
  const lines = text.slice(title.index + title[0].length).split("\n");
  // The validator finds the same in another order every time.
  const findings = inOrder(readTree(lines).flatMap(sentencesOf))
    .map((it) => clip(withoutSecrets(it)));
  if (findings.length === 0) {
    return ["krakend found something and did not say what"];
  }
  const rest = findings.length - MOST_FINDINGS;
  return rest <= 0
    ? findings
    : [...findings.slice(0, MOST_FINDINGS), `and ${rest} more`];
}

/** Reads lines that stand below what they explain, indented more. */
function readTree(lines: readonly string[]): Finding[] {
  const roots: Finding[] = [];
  const open: { indent: number; finding: Finding }[] = [];
  for (const line of lines) {
    const { indent, path, message } = LINE.exec(line)?.groups ?? {};
    if (indent === undefined || path === undefined || !message) continue;
    const finding = {
      path: path.replaceAll(/\\(.)/g, "$1").replaceAll("~1", "/")
        .replaceAll("~0", "~"),
      message: withoutValue(message),
      causes: [],
    };
    while ((open.at(-1)?.indent ?? -1) >= indent.length) open.pop();
    (open.at(-1)?.finding.causes ?? roots).push(finding);
    open.push({ indent: indent.length, finding });
  }
  return roots;
}

/** The same message without the value that it is about, and with names in order. */
function withoutValue(message: string): string {
  const rest = PATTERN.exec(message)?.groups?.["rest"];
  if (rest !== undefined) return `the value ${rest}`;
  const format = FORMAT.exec(message)?.groups?.["format"];
  if (format !== undefined) return `the value is not valid as ${format}`;
  const names = UNKNOWN.exec(message)?.groups?.["names"]?.match(QUOTED);
  if (names) {
    return `additional properties ${names.sort().join(", ")} not allowed`;
  }
  return HARMLESS.test(message) ? message : "the value is not allowed";
}

/** What there is to mend: the causes, and not that something has causes. */
function sentencesOf(finding: Finding): string[] {
  const { message, causes } = finding;
  if (causes.length === 0 || message.startsWith("invalid propertyName")) {
    return [`at '${finding.path}': ${message}`];
  }
  return /^(?:anyOf failed|oneOf failed, none)/.test(message)
    ? [`at '${finding.path}': ${choices(finding)}`]
    : causes.flatMap(sentencesOf);
}

/** Each of the causes forbids one way to write it, and to mend one is enough. */
function choices({ path, causes }: Finding): string {
  const ways = causes.flatMap(sentencesOf)
    .map((it) => it.replace(`at '${path}': `, ""));
  const all = inOrder(ways);
  const more = all.length > MOST_CHOICES ? ", or more" : "";
  return `${all.slice(0, MOST_CHOICES).join(", or ")}${more}`;
}

/** Puts each sentence once, item 2 of a list before item 10. */
function inOrder(sentences: readonly string[]): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return [...new Set(sentences)].sort(compare);
}

function clip(text: string): string {
  return text.length > LONGEST_FINDING
    ? `${text.slice(0, LONGEST_FINDING - 1)}…`
    : text;
}
