/**
 * What `krakend check -n` finds, read from what it prints.
 *
 * @module
 */

import { visible } from "../redact.ts";
import { bounded } from "./complaint.ts";

/** A line of the validator, with the lines that explain it. */
interface Finding {
  /** A JSON pointer. */
  readonly path: string;
  readonly message: string;
  readonly indent: number;
  readonly causes: Finding[];
}

const MOST_FINDINGS = 20;
/** In UTF-16 code units. */
const LONGEST_FINDING = 300;
/** How many ways to mend a finding are named. */
const MOST_WAYS = 3;

/** How krakend-cobra begins the result, on the line that names the schema. */
const TITLE = /^ERROR linting the configuration file:.*$/m;
const LINE = /^(?<indent> *)- at '(?<path>(?:[^'\\]|\\.)*)': (?<message>.*)$/;
/** The messages of the validator (santhosh-tekuri/jsonschema) that hold names and what the schema wants, and no value. */
const WITHOUT_VALUE =
  /^(?:got \w+, want \w|value must be |(?:missing|additional) propert|properties '|invalid propertyName '|last \d|items at \d|no items match|(?:min|max)(?:imum|Items|Length|Properties)?:? |exclusiveM\w+: |multipleOf: |\w+ (?:failed|schema)\b)/;

/**
 * Reads the findings: one sentence each, such as `at '/port': got string, want
 * integer`, always in the same order, and without values.
 *
 * @param output All that krakend has printed.
 * @returns None if this is not the output of a lint that found something.
 */
export function parseFindings(output: string): string[] {
  const text = bounded(output);
  const title = TITLE.exec(text);
  if (!title) return [];
  const lines = text.slice(title.index + title[0].length).split("\n");
  const findings = inOrder(treeOf(lines).flatMap(sentencesOf)).map((it) =>
    visible(
      it.length > LONGEST_FINDING ? `${it.slice(0, LONGEST_FINDING - 1)}…` : it,
    )
  );
  if (findings.length === 0) {
    return ["krakend found something, and did not say what"];
  }
  const more = findings.length - MOST_FINDINGS;
  return more <= 0
    ? findings
    : [...findings.slice(0, MOST_FINDINGS), `and ${more} more`];
}

/** Reads lines that stand below what they explain, indented more. */
function treeOf(lines: readonly string[]): Finding[] {
  const roots: Finding[] = [];
  const open: Finding[] = [];
  for (const line of lines) {
    const { indent = "", path, message = "" } = LINE.exec(line)?.groups ?? {};
    if (path === undefined) continue;
    const finding: Finding = {
      path: path.replaceAll(/\\(.)/g, "$1").replaceAll("~1", "/")
        .replaceAll("~0", "~"),
      message: withoutValue(message),
      indent: indent.length,
      causes: [],
    };
    while ((open.at(-1)?.indent ?? -1) >= finding.indent) open.pop();
    (open.at(-1)?.causes ?? roots).push(finding);
    open.push(finding);
  }
  return roots;
}

function withoutValue(message: string): string {
  const [, pattern] = /^'.*' (does not match pattern '.*')$/.exec(message) ??
    [];
  if (pattern) return `the value ${pattern}`;
  const [, format] = /^(?:'.*'|\S+) is not valid ([a-z-]+): /.exec(message) ??
    [];
  if (format) return `the value is not valid as ${format}`;
  if (!WITHOUT_VALUE.test(message)) return "the value is not allowed";
  // The validator finds the same names in another order every time.
  const names = /^additional properties ('.*') not allowed$/.exec(message)?.[1]
    ?.match(/'(?:[^'\\]|\\.)*'/g);
  return names
    ? `additional properties ${names.sort().join(", ")} not allowed`
    : message;
}

/** Returns what there is to mend: the causes, and not that something has causes. */
function sentencesOf({ path, message, causes }: Finding): string[] {
  if (causes.length === 0 || message.startsWith("invalid propertyName")) {
    return [`at '${path}': ${message}`];
  }
  const sentences = causes.flatMap(sentencesOf);
  if (!/^(?:anyOf failed|oneOf failed, none)/.test(message)) return sentences;
  // Each cause forbids one way to write it, and to mend one is enough.
  const ways = inOrder(sentences.map((it) => it.replace(`at '${path}': `, "")));
  const more = ways.length > MOST_WAYS ? ", or more" : "";
  return [`at '${path}': ${ways.slice(0, MOST_WAYS).join(", or ")}${more}`];
}

/** Puts each sentence once, item 2 of a list before item 10. */
function inOrder(sentences: readonly string[]): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return [...new Set(sentences)].sort(compare);
}
