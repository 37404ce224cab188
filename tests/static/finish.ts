/**
 * Runs programs to their end.
 *
 * @module
 */

/** How a program ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for {@linkcode finish}. */
export interface FinishOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Nothing but `env`. */
  clearEnv?: boolean;
  /** When to kill it, in milliseconds. */
  withinMs?: number;
}

/** Runs a program; what it writes must be text. */
export async function finish(
  command: readonly string[],
  { withinMs = 30_000, ...options }: FinishOptions = {},
): Promise<Outcome> {
  const [program = "", ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...options,
    args,
    stdin: "null",
    signal: AbortSignal.timeout(withinMs),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}
