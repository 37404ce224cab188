/**
 * The symbol in a command that stands for the file that changed: `{}`, as in reflex.
 *
 * @module
 */

/** Whether a command is about one file: the symbol stands in any of its words. */
export function hasSymbol(command: readonly string[], symbol: string): boolean {
  return command.some((word) => word.includes(symbol));
}

/** The command for one file: wherever the symbol stands, its path. */
export function substitute(
  command: readonly string[],
  { symbol, path }: { symbol: string; path: string },
): string[] {
  // A function: "$&" in a path is part of its name.
  return command.map((word) => word.replaceAll(symbol, () => path));
}
