/**
 * The options that say what is run.
 *
 * @module
 */

import type { OptionGroup } from "../option_spec.ts";

/** What is run. */
export const RUNNING: OptionGroup = {
  title: "Running",
  options: [
    {
      name: "krakend",
      value: "PATH",
      common: true,
      help: "the krakend program; else KRAKEND_BIN, else krakend on PATH",
    },
    {
      name: "once",
      common: true,
      help: "run the command once and leave with its exit code",
    },
  ],
};
