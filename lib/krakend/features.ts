/**
 * What a krakend can do: older ones lack flags.
 *
 * @module
 */

import { type CommandSpec, runCommand } from "./run_command.ts";

/** How long the help may take, in milliseconds. */
const HELP_TIMEOUT_MS = 5_000;
/** No help is longer, in characters. */
const LONGEST_HELP = 64_000;

/** How cobra begins a list of flags. */
const TITLE = /^(?:Global )?Flags:$/;
const FLAG = /^ +(?:-(?<short>\w), +)?--(?<long>[\w-]+)/;

/**
 * Finds the flags in a help text of cobra's.
 *
 * @returns Long names and letters, without their dashes.
 */
export function parseFlags(help: string): Set<string> {
  const flags = new Set<string>();
  let isList = false;
  for (const line of help.split("\n").map((line) => line.trimEnd())) {
    // An empty line ends a list; flags in examples are none.
    if (!line.startsWith(" ")) isList = TITLE.test(line);
    const { short, long } = isList ? FLAG.exec(line)?.groups ?? {} : {};
    if (short) flags.add(short);
    if (long) flags.add(long);
  }
  return flags;
}

/** Asks a krakend for the flags of its `check`, as {@linkcode readFlags} does. */
export function readCheckFlags(
  spec: Omit<CommandSpec, "args">,
): Promise<ReadonlySet<string>> {
  return readFlags("check", spec);
}

/**
 * Asks a krakend for the flags of a subcommand. Never throws.
 *
 * @returns Long names and letters, without their dashes; none if it does not tell within five seconds.
 */
export async function readFlags(
  subcommand: string,
  spec: Omit<CommandSpec, "args">,
): Promise<ReadonlySet<string>> {
  try {
    const { output } = await runCommand(
      { ...spec, args: [subcommand, "--help"] },
      AbortSignal.timeout(HELP_TIMEOUT_MS),
    );
    return parseFlags(output.slice(0, LONGEST_HELP));
  } catch {
    return new Set();
  }
}
