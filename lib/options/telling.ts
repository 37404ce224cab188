/**
 * The options that say what is told, and how.
 *
 * @module
 */

import type { OptionGroup } from "../option_spec.ts";

/** How the report is written. */
export const LOG_FORMATS = ["text", "json"] as const;

/** How much the help shows. */
export const HELP_TOPICS = ["short", "all"] as const;

/** What is told, and how. */
export const TELLING: OptionGroup = {
  title: "Telling",
  options: [
    {
      name: "verbose",
      short: "v",
      common: true,
      help: "report every process and every signal too",
    },
    {
      name: "quiet",
      short: "q",
      common: true,
      help: "report warnings and errors only",
    },
    {
      name: "log-format",
      value: "FORMAT",
      choices: LOG_FORMATS,
      default: "text",
      common: true,
      help: "text, or json: one object a line",
    },
    {
      name: "help",
      short: "h",
      value: "TOPIC",
      choices: HELP_TOPICS,
      implied: "short",
      common: true,
      isQuestion: true,
      help: "show this help; --help=all shows all options",
    },
    {
      name: "version",
      common: true,
      isQuestion: true,
      help: "show the version",
    },
  ],
};
