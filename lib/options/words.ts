/**
 * Reads the words of the command line.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { alternatives } from "../alternatives.ts";
import { UsageError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import { parseSwitch, type RawValues, textsOf } from "./raw.ts";
import type { OptionSpec } from "../option_spec.ts";
import { OPTIONS } from "./table.ts";

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];

/** A command line, split. */
export interface Words {
  /** The options that are given. */
  readonly values: RawValues;
  /** The first word that is no option, and all after it. */
  readonly command: readonly string[];
  /** Whether `--` stands before the command. */
  readonly isMarked: boolean;
}

/**
 * Splits the command line into the options given and the command.
 *
 * @throws {UsageError} If an option is unknown, or has no value and needs one.
 */
export function parseWords(words: readonly string[]): Words {
  const values: RawValues = {};
  const tokens = tokenize(words);
  for (const [i, token] of tokens.entries()) {
    if (token.kind === "positional") {
      if (isOfE(tokens[i - 1])) {
        values["substitute"] = token.value;
        continue;
      }
      const command = words.slice(token.index);
      return { values, command, isMarked: false };
    }
    if (token.kind === "option-terminator") {
      const command = words.slice(token.index + 1);
      return { values, command, isMarked: true };
    }
    const spec = OPTIONS.find(({ name }) => name === token.name);
    if (!spec) refuseUnknown(token.rawName);
    // A value that follows a letter may have an equals sign before it.
    const text = token.rawName.startsWith("--")
      ? token.value
      : token.value?.replace(/^=/, "");
    const value = readValue(spec, text);
    values[spec.name] = spec.repeatable
      ? [...textsOf(values[spec.name]), value as string]
      : value;
  }
  const last = words.at(-1);
  if (isOfE(tokens.at(-2)) && tokens.at(-1)?.kind === "positional") {
    throw new UsageError(
      `Option "-e": no command follows "${last}", which is taken for the symbol; write -e -- ${last}`,
    );
  }
  return { values, command: [], isMarked: false };
}

/**
 * Whether what follows may be the value of `-e`: it stands for `--substitute`
 * with one, and for `--sequential`, as in reflex, without.
 */
function isOfE(token: Token | undefined): boolean {
  return token?.kind === "option" && token.rawName === "-e";
}

/**
 * Whether the log is wanted as JSON, as far as that can be seen in words that
 * may hold mistakes: these are to be told as JSON, too.
 */
export function seemsToWantJson(words: readonly string[]): boolean | undefined {
  const tokens = tokenize(words);
  const end = tokens.findIndex(({ kind }) => kind !== "option");
  const values = tokens.slice(0, end < 0 ? undefined : end).flatMap((token) =>
    token.kind === "option" && token.name === "log-format" ? [token.value] : []
  );
  return values.length > 0 ? values.at(-1) === "json" : undefined;
}

/**
 * By Node's parser, as the one of @std/cli takes `--no-check=1` for `--check`
 * and does not know `-t10s`, in which other programs take a value.
 */
function tokenize(words: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(OPTIONS.map(declare)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

function declare({ name, short, value, implied }: OptionSpec) {
  // What can do without a value never takes the next word for one.
  const type = value && !implied ? "string" : "boolean";
  return [name, { type, ...(short && { short }) }] as const;
}

function readValue(spec: OptionSpec, given: string | undefined) {
  const { name, value, implied, choices } = spec;
  if (!value) return parseSwitch(`--${name}`, given ?? "true");
  const text = given ?? implied;
  if (text) return text;
  const which = choices ? `: ${alternatives(choices)}` : "";
  throw new UsageError(`Option "--${name}" needs a value${which}`);
}

function refuseUnknown(word: string): never {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  if (name === "c" || name === "config") refuseConfig(word);
  const nearest = findNearest(name, OPTIONS.map(({ name }) => name));
  const hint = nearest
    ? `did you mean "--${nearest}"?`
    : "options of krakend itself come after its command.";
  throw new UsageError(
    `Unknown option "${word}": ${hint} See krakend-watch --help`,
  );
}

/** Refuses reflex's file of commands. Whoever writes -c may as well mean krakend's. */
function refuseConfig(word: string): never {
  throw new UsageError(
    `Unknown option "${word}": there is no file of commands as reflex has one, start krakend-watch once for each; options of krakend itself come after its command, as in run -c FILE. See krakend-watch --help`,
  );
}
