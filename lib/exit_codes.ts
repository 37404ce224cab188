/**
 * The exit codes, in one table for the help, the man page and the README.
 *
 * @module
 */

/** What an exit code means. */
export interface ExitCode {
  readonly code: string;
  readonly meaning: string;
}

/** The exit codes. */
export const EXIT_CODES: readonly ExitCode[] = [
  {
    code: "0",
    meaning:
      "it was asked to stop, by SIGTERM, SIGINT (Ctrl-C), SIGHUP or SIGQUIT",
  },
  { code: "1", meaning: "something went wrong that nobody has foreseen" },
  {
    code: "2",
    meaning:
      "the command line cannot be understood, or the configuration file is not there",
  },
  { code: "126, 127", meaning: "krakend cannot be run, or is not there" },
  {
    code: "any",
    meaning:
      "of a krakend command that runs once: its own, or 128+n if signal n ended it",
  },
  {
    code: "any",
    meaning:
      "of a gateway that left unasked, with --on-exit=exit or --max-restarts: the same, but 1 for 0",
  },
];
