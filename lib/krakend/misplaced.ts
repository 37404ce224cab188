/**
 * Finds options of krakend-watch among the arguments of krakend, where they
 * would only be refused, and again at every restart.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { OptionSpec } from "../option_spec.ts";
import { readFlags } from "./features.ts";
import type { CommandSpec } from "./run_command.ts";
import { SUBCOMMANDS } from "./subcommands.ts";

/** An option of ours behind the command. */
export interface Misplaced {
  /** Its long name or letter. */
  readonly name: string;
  /** As it is written, with its value if that is a word of its own. */
  readonly words: readonly string[];
  /** All the other words. */
  readonly rest: readonly string[];
}

/** The flags of a subcommand whose value is the next word. */
function flagsWithValue(subcommand: string | undefined): string[] {
  const found = SUBCOMMANDS.find(({ name }) => name === subcommand);
  return (found?.options ?? []).filter(({ value }) => value)
    .flatMap(({ name, short }) => [`--${name}`, `-${short}`]);
}

/**
 * Finds the first argument that could be an option of ours.
 *
 * @param args A subcommand of krakend and its arguments.
 */
export function findMisplaced(
  args: readonly string[],
  options: readonly OptionSpec[],
): Misplaced | undefined {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  const withValue = flagsWithValue(args[0]);
  for (const [i, word] of flags.entries()) {
    if (i === 0 || withValue.includes(flags[i - 1] ?? "")) continue;
    const name = /^(?:--([a-z-]+)(?:=.*)?|-([a-zA-Z]))$/s.exec(word)
      ?.slice(1).find(Boolean);
    const spec = options.find((it) => it.name === name || it.short === name);
    if (!name || !spec) continue;
    const takesNext = spec.value && !spec.implied && !word.includes("=");
    const count = takesNext ? 2 : 1;
    return {
      name,
      words: args.slice(i, i + count),
      rest: [...args.slice(0, i), ...args.slice(i + count)],
    };
  }
  return undefined;
}

/**
 * Refuses a command with an option of ours in it, if krakend says that it is
 * none of its own.
 *
 * @throws {UsageError} If so.
 */
export async function refuseMisplaced(
  options: readonly OptionSpec[],
  spec: CommandSpec,
): Promise<void> {
  const [subcommand = ""] = spec.args;
  const found = findMisplaced(spec.args, options);
  if (!found) return;
  const known = await readFlags(subcommand, spec);
  // Every list of flags has this one: without it, nothing is certain.
  if (!known.has("help") || known.has(found.name)) return;
  const line = ["krakend-watch", ...found.words, ...found.rest].join(" ");
  throw new UsageError(
    `"${
      found.words[0]
    }" is an option of krakend-watch and no flag of krakend ${subcommand}, so it belongs before the command: ${line}`,
  );
}
