/**
 * Programs that are measured and not listened to.
 *
 * @module
 */

/** What to run. */
export interface QuietSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The working folder. */
  readonly cwd: string;
}

/** Starts a program whose output is of no interest. */
export function startQuietly(
  { program, args, cwd }: QuietSpec,
): Deno.ChildProcess {
  return new Deno.Command(program, {
    args: [...args],
    cwd,
    // KrakenD sends usage data unless told not to.
    env: { USAGE_DISABLE: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
