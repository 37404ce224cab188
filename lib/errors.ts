/**
 * The errors that end the program, each with its exit code.
 *
 * What the user can mend while the program runs, such as a configuration that
 * KrakenD refuses, is no exception: it is a value that ends up in the report.
 *
 * @module
 */

/** The command line, or an environment variable that stands for it, cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = 2;
}

/** The program that is to be run is not there (127), or is there and cannot be run (126). */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    message: string,
    /** The exit code that shells give for the same fault. */
    readonly exitCode: 126 | 127,
  ) {
    super(message);
  }
}

/** The exit code for an error that reached the end of the program. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof CommandError
    ? error.exitCode
    : 1;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
