/**
 * The scripts that teach shells to complete the command line.
 *
 * @module
 */

import { bashCompletions } from "./completions/bash.ts";
import type { CommandLine } from "./completions/command_line.ts";
import { fishCompletions } from "./completions/fish.ts";
import { powershellCompletions } from "./completions/powershell.ts";
import { zshCompletions } from "./completions/zsh.ts";
import { SUBCOMMANDS } from "./krakend/subcommands.ts";
import { OPTIONS } from "./options/table.ts";
import type { SHELLS } from "./options/telling.ts";

const COMMAND_LINE: CommandLine = { options: OPTIONS, commands: SUBCOMMANDS };

/** The script for a shell. */
export function completionsText(shell: typeof SHELLS[number]): string {
  switch (shell) {
    case "bash":
      return bashCompletions(COMMAND_LINE);
    case "zsh":
      return zshCompletions(COMMAND_LINE);
    case "fish":
      return fishCompletions(COMMAND_LINE);
    case "powershell":
      return powershellCompletions(COMMAND_LINE);
  }
}
