/**
 * The options that say what is run.
 *
 * @module
 */

import { DECORATIONS } from "../decoration.ts";
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
    {
      name: "start-service",
      short: "s",
      help: "another program's command that does not end: restart it on change",
    },
    {
      name: "substitute",
      value: "SYMBOL",
      default: "{}",
      help:
        "what stands in a command for the file that changed; also -e SYMBOL",
    },
    {
      name: "sequential",
      short: "e",
      help: "one run of a command after the other, which is always so",
    },
    {
      name: "decoration",
      short: "d",
      value: "STYLE",
      choices: DECORATIONS,
      default: "none",
      help: "mark the lines of output: none, plain, or fancy for colour",
    },
  ],
};
