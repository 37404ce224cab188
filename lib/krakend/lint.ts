/**
 * `krakend check -n`: compares every key of a configuration with the schema
 * that is built into krakend.
 *
 * @module
 */

import type { Child } from "../child.ts";
import { visible } from "../redact.ts";
import { runCheck } from "./check.ts";
import { flagsIn } from "./command.ts";
import { formatOf } from "./config.ts";
import { bounded } from "./diagnose.ts";

const FLAG = "lint-no-network";

/**
 * Compares a configuration with the schema. That is about JSON only.
 *
 * @returns A sentence for each fault, or why nothing was compared.
 */
export async function findLintFaults(
  krakend: Child,
  file: string,
  signal: AbortSignal,
): Promise<{ readonly faults: readonly string[]; readonly problem?: string }> {
  if (formatOf(file) !== "json") return { faults: [] };
  const run = (...args: string[]) => runCheck({ ...krakend, args }, signal);
  // Asked by its help, as a failure may mean anything.
  const help = await run("check", "--help");
  if (help.kind !== "impossible" && !flagsIn(help.output).has(FLAG)) {
    const problem = `this krakend cannot lint: check --help lists no --${FLAG}`;
    return { faults: [], problem };
  }
  const lint = await run("check", `--${FLAG}`, "-c", file);
  switch (lint.kind) {
    case "accepted":
      return { faults: [] };
    case "impossible":
      return { faults: [], problem: lint.reason };
    case "refused":
      return { faults: parseFindings(lint.output) };
  }
}

const MOST_FINDINGS = 20;
/** In UTF-16 code units. */
const LONGEST_FINDING = 300;

/** How krakend-cobra begins the result, on the line that names the schema. */
const TITLE = /^ERROR linting the configuration file:.*$/m;
/** A finding, at a JSON pointer. One that explains another stands below it, indented more. */
const FINDING =
  /^(?<indent> *)- at '(?<path>(?:[^'\\]|\\.)*)': (?<message>.*)$/gm;
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
  const all = [...text.slice(title.index).matchAll(FINDING)]
    .map(({ groups: { indent = "", path = "", message = "" } = {} }) => ({
      level: indent.length,
      sentence: sentenceOf(path, message),
    }));
  // What is explained says less than what explains it.
  const causes = all.filter(({ level }, i) =>
    (all[i + 1]?.level ?? 0) <= level
  );
  const findings = [...new Set(causes.map(({ sentence }) => sentence))].sort();
  if (findings.length === 0) {
    return ["krakend found something, and did not say what"];
  }
  const more = findings.length - MOST_FINDINGS;
  return more <= 0
    ? findings
    : [...findings.slice(0, MOST_FINDINGS), `and ${more} more`];
}

function sentenceOf(path: string, message: string): string {
  const name = path.replaceAll(/\\(.)/g, "$1").replaceAll("~1", "/")
    .replaceAll("~0", "~");
  const sentence = visible(`at '${name}': ${withoutValue(message)}`);
  return sentence.length > LONGEST_FINDING
    ? `${sentence.slice(0, LONGEST_FINDING - 1)}…`
    : sentence;
}

function withoutValue(message: string): string {
  const { pattern, format } =
    /^'.*' (?<pattern>does not match pattern '.*')$|^(?:'.*'|\S+) is not valid (?<format>[a-z-]+): /
      .exec(message)?.groups ?? {};
  if (pattern) return `the value ${pattern}`;
  if (format) return `the value is not valid as ${format}`;
  if (!WITHOUT_VALUE.test(message)) return "the value is not allowed";
  // The validator finds the same names in another order every time.
  return message.replace(
    /(?<=^additional properties ).*(?= not allowed$)/,
    (names) => names.split(", ").sort().join(", "),
  );
}
