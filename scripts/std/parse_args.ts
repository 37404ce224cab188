/**
 * `@std/cli/parse-args` from npm, with types, for networks without JSR.
 *
 * The genuine types work out each option's own type; these do not, and so
 * leave less to rely on.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/cli/parse_args.js";

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Whether the words after `--` are kept apart from `_`. */
  "--"?: boolean;
  /** Other names, by name. */
  alias?: Record<string, string | readonly string[]>;
  /** The options that are switches; `true` for all with two dashes and no value. */
  boolean?: boolean | string | readonly string[];
  /** The values of options that are not given. */
  default?: Record<string, unknown>;
  /** Whether all after the first word that is no option goes to `_`. */
  stopEarly?: boolean;
  /** The options whose values stay text; `_` for the words that are no options. */
  string?: string | readonly string[];
  /** The options that can be repeated. */
  collect?: string | readonly string[];
  /** The options that `--no-NAME` sets to false. */
  negatable?: string | readonly string[];
  /** Called with what no other setting names; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The options by name, and in `_` the words that are none. */
export type Args = Record<string, unknown> & { _: (string | number)[] };

/** Parses a command line. */
export const parseArgs: (
  args: readonly string[],
  options?: ParseOptions,
) => Args = std.parseArgs;
