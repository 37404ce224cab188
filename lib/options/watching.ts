/**
 * The options that say what is watched, and how.
 *
 * @module
 */

import type { OptionGroup } from "../option_spec.ts";

/** What is watched, and how. */
export const WATCHING: OptionGroup = {
  title: "Watching (the configuration file is always watched)",
  options: [
    {
      name: "watch",
      value: "PATH",
      repeatable: true,
      common: true,
      help: "watch this file too, or all files in this folder",
    },
    {
      name: "glob",
      short: "g",
      value: "GLOB",
      repeatable: true,
      common: true,
      help: "watch what matches in the working folder",
    },
    {
      name: "inverse-glob",
      short: "G",
      value: "GLOB",
      repeatable: true,
      help: "watch what does not match",
    },
    {
      name: "regex",
      short: "r",
      value: "REGEX",
      repeatable: true,
      common: true,
      help: "watch what matches in the working folder",
    },
    {
      name: "inverse-regex",
      short: "R",
      value: "REGEX",
      repeatable: true,
      help: "watch what does not match",
    },
    {
      name: "all",
      help: "also what is ignored otherwise: files of Git, Vim, Emacs, macOS",
    },
    { name: "only-files", help: "match files only, no folders" },
    { name: "only-dirs", help: "match folders only, no files" },
    {
      name: "poll",
      value: "DURATION",
      implied: "300ms",
      help: "use no file system events, but look at the files at this interval",
    },
    {
      name: "list",
      common: true,
      help: "show what is watched, why and how, and leave",
    },
  ],
};
