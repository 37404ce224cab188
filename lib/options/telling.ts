/**
 * The options that say what is told, and how.
 *
 * @module
 */

import type { OptionGroup } from "../option_spec.ts";

/** How the report is written. */
export const LOG_FORMATS = ["text", "json"] as const;

/** The shells that options can be completed in. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

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
      name: "status",
      help: "show the state in the title of the terminal's window",
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
      name: "on-event",
      value: "COMMAND",
      help:
        "run this shell command at every event, which it is given as JSON on standard input, and by its name in KRAKEND_WATCH_EVENT",
    },
    {
      name: "completions",
      value: "SHELL",
      choices: SHELLS,
      isQuestion: true,
      help: "write completions for bash, zsh, fish or powershell",
    },
    {
      name: "help",
      short: "h",
      value: "TOPIC",
      choices: HELP_TOPICS,
      implied: "short",
      common: true,
      isQuestion: true,
      help: "show the options that most people need, or all",
    },
    {
      name: "version",
      common: true,
      isQuestion: true,
      help: "show the version",
    },
  ],
};
