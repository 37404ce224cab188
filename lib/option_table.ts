/**
 * Every option of the command line, in one table, for the parser and the help.
 *
 * @module
 */

/** One option. */
export interface OptionSpec {
  /** The long name, without dashes. Its environment twin is KRAKEND_WATCH_<NAME>. */
  readonly name: string;
  readonly short?: string;
  /** What the option takes; without it, the option is a switch. */
  readonly value?: "DURATION" | "PATH" | "GLOB" | "REGEX" | "FORMAT" | "LEVEL";
  /** What `--name` means without `=VALUE`; without it, a value must follow. */
  readonly implied?: string;
  /** Whether the option may be given more than once, and each one counts. */
  readonly repeatable?: boolean;
  /** What holds when the option is not given. */
  readonly default?: string;
  readonly help: string;
}

/** Options under a heading of the help. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

/** The options, in the order of the help. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  {
    title: "Restarting",
    options: [
      {
        name: "shutdown-timeout",
        short: "t",
        value: "DURATION",
        default: "10s",
        help: "time the gateway has to finish its requests before it is killed",
      },
      {
        name: "settle",
        value: "DURATION",
        default: "100ms",
        help: "how long files must be still before a failed check is believed",
      },
      {
        name: "no-check",
        help: "restart on every change without asking krakend check first",
      },
      {
        name: "lint",
        value: "LEVEL",
        implied: "warn",
        help:
          "look up every setting in the schema, too: warn, or error to refuse",
      },
      {
        name: "ready-timeout",
        value: "DURATION",
        default: "10s",
        help: "how long a new gateway may take until it answers",
      },
      {
        name: "no-rollback",
        help: "keep trying a configuration that does not become ready",
      },
      {
        name: "krakend",
        value: "PATH",
        help: "the krakend program; else KRAKEND_BIN, else krakend on PATH",
      },
    ],
  },
  {
    title: "Watching (the configuration file is always watched)",
    options: [
      {
        name: "watch",
        value: "PATH",
        repeatable: true,
        help: "watch this file too, or all files in this folder",
      },
      {
        name: "glob",
        short: "g",
        value: "GLOB",
        repeatable: true,
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
        help:
          "use no file system events, but look at the files at this interval",
      },
      {
        name: "once",
        help: "run the command once and leave with its exit code",
      },
      {
        name: "list",
        help: "show what is watched, why and how, and leave",
      },
    ],
  },
  {
    title: "Telling",
    options: [
      {
        name: "verbose",
        short: "v",
        help: "report every process and every signal too",
      },
      {
        name: "log-format",
        value: "FORMAT",
        default: "text",
        help: "text, or json: one object a line",
      },
      { name: "quiet", short: "q", help: "report warnings and errors only" },
      { name: "help", short: "h", help: "show this help" },
      { name: "version", help: "show the version" },
      { name: "licenses", help: "show the licences of all that is in it" },
    ],
  },
];

/** The same, without headings. */
export const OPTIONS: readonly OptionSpec[] = OPTION_GROUPS.flatMap(
  ({ options }) => options,
);

/** The prefix of the environment twins. None of these variables may reach the gateway. */
export const ENVIRONMENT_PREFIX = "KRAKEND_WATCH_";

/** The environment variable that stands for an option. */
export function environmentTwin(name: string): string {
  return ENVIRONMENT_PREFIX + name.toUpperCase().replaceAll("-", "_");
}
