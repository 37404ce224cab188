/**
 * Every option of the command line, in one table: for the parser, the help,
 * the completions and the man page.
 *
 * @module
 */

import { RESTARTING } from "./restarting.ts";
import { RUNNING } from "./running.ts";
import type { OptionGroup, OptionSpec } from "../option_spec.ts";
import { TELLING } from "./telling.ts";
import { WATCHING } from "./watching.ts";

/** The options, in the order of the help. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  RUNNING,
  WATCHING,
  RESTARTING,
  TELLING,
];

/** The same, without headings. */
export const OPTIONS: readonly OptionSpec[] = OPTION_GROUPS.flatMap(
  ({ options }) => options,
);
