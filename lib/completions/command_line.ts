/**
 * What can be completed.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from "../option_spec.ts";

/** The command line of krakend-watch: its options, then a command. */
export interface CommandLine {
  readonly options: readonly OptionSpec[];
  readonly commands: readonly CommandSpec[];
}

/** What a value can be: one of a few words, a path, a program, or what nobody can guess. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "paths" | "programs" | "unknown" };

/** What the value of an option can be. */
export function valuesOf({ value, choices }: OptionSpec): Values {
  if (choices) return { kind: "words", words: choices };
  if (value === "PATH") return { kind: "paths" };
  return { kind: value === "COMMAND" ? "programs" : "unknown" };
}

/** The ways to write an option. */
export function spellingsOf({ name, short }: OptionSpec): string[] {
  return short ? [`-${short}`, `--${name}`] : [`--${name}`];
}

/** Whether the value of an option can be the next word. */
export function takesNextWord({ value, implied }: OptionSpec): boolean {
  return value !== undefined && implied === undefined;
}

/** All the ways to write the options that take the next word. */
export function spellingsWithValue(options: readonly OptionSpec[]): string[] {
  return options.filter(takesNextWord).flatMap(spellingsOf);
}
