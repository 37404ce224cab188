/**
 * Running the tools of others.
 *
 * @module
 */

/** How a tool ended. */
export interface Outcome {
  /** False if it failed or is not there. */
  readonly success: boolean;
  /** What it wrote to standard output. */
  readonly output: string;
  /** What it wrote to standard error, or that it is not there. */
  readonly message: string;
}

/** Runs a tool to its end; one that is not there is one that failed. */
export async function runTool(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const [program = "", ...args] = command;
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      ...options,
      args,
      stdin: "null",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return {
      success,
      output: decode(stdout),
      message: decode(stderr).trim(),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, output: "", message: `there is no ${program}` };
  }
}
