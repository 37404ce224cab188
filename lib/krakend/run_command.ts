/**
 * Runs a krakend command that looks at a configuration and ends.
 *
 * @module
 */

import { signalGroup } from "../system/process_group.ts";

/** What to run. */
export interface CommandSpec {
  /** The krakend program. */
  readonly program: string;
  readonly args: readonly string[];
  /** The gateway's working folder. */
  readonly cwd: string;
  /** The gateway's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A file of our own for what flexible configuration makes of the templates. */
  readonly compiledFile: string;
}

/**
 * Runs the command to its end, or until the signal aborts.
 *
 * @throws If the program cannot be started.
 */
export async function runCommand(spec: CommandSpec, signal: AbortSignal) {
  const child = new Deno.Command(spec.program, {
    args: [...spec.args],
    cwd: spec.cwd,
    // KrakenD rewrites FC_OUT at every check; the user's belongs to the gateway.
    env: { ...spec.env, FC_OUT: spec.compiledFile },
    clearEnv: true,
    // The program may be a script, and what it started must not stay.
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = () => signalGroup(child.pid, "SIGKILL");
  signal.addEventListener("abort", kill);
  try {
    if (signal.aborted) kill();
    // Ends when nobody holds the streams any more, which may be later than the program.
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return {
      code,
      output: `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`,
    };
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
