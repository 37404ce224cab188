/**
 * Runs programs to their end.
 *
 * @module
 */

import { messageOf } from "../../lib/errors.ts";

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

/** The error of a program that this process has just written: a child that another test is starting may hold it open. */
const TEXT_FILE_BUSY = "os error 26";

/** Runs a program; what it writes must be text. */
export async function finish(
  command: readonly string[],
  { withinMs = 30_000, ...options }: FinishOptions = {},
): Promise<Outcome> {
  const [program = "", ...args] = command;
  const signal = AbortSignal.timeout(withinMs);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  for (;;) {
    try {
      const { code, stdout, stderr } = await new Deno.Command(program, {
        ...options,
        args,
        stdin: "null",
        signal,
      }).output();
      return { code, stdout: decode(stdout), stderr: decode(stderr) };
    } catch (error) {
      const isBusy = messageOf(error).includes(TEXT_FILE_BUSY);
      if (!isBusy || signal.aborted) throw error;
    }
  }
}
