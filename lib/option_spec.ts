/**
 * What there is to say about an option.
 *
 * @module
 */

/** What an option takes, as the help names it. */
export type Takes =
  | "COMMAND"
  | "DURATION"
  | "FORMAT"
  | "GLOB"
  | "LEVEL"
  | "NUMBER"
  | "PATH"
  | "REGEX"
  | "SHELL"
  | "STYLE"
  | "SYMBOL"
  | "TEXT"
  | "TOPIC"
  | "WHAT";

/** One option. */
export interface OptionSpec {
  /** The long name, without dashes. Its environment twin is KRAKEND_WATCH_<NAME>. */
  readonly name: string;
  readonly short?: string;
  /** What the option takes; without it, the option is a switch. */
  readonly value?: Takes;
  /** The words that the option takes, if there are only these. */
  readonly choices?: readonly string[];
  /** What `--name` means without `=VALUE`; without it, a value must follow. */
  readonly implied?: string;
  /** Whether the option may be given more than once, and each one counts. */
  readonly repeatable?: boolean;
  /** What holds when the option is not given. */
  readonly default?: string;
  /** What the option does, in one line without a full stop. */
  readonly help: string;
  /** Whether the short help shows it: what most people need. */
  readonly common?: boolean;
  /** Whether it has no environment twin, as it asks a question. */
  readonly isQuestion?: boolean;
}

/** Options under a heading of the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

/** A command with options of its own. */
export interface CommandSpec {
  readonly name: string;
  /** What the command does, in one line without a full stop. */
  readonly help: string;
  readonly options: readonly OptionSpec[];
}
