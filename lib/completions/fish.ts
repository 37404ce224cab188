/**
 * Completions for fish.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from "../option_spec.ts";
import {
  type CommandLine,
  spellingsWithValue,
  takesNextWord,
  type Values,
  valuesOf,
} from "./command_line.ts";

const BEFORE_COMMAND = "not __krakend_watch_command >/dev/null";

/** The script that teaches fish. */
export function fishCompletions({ options, commands }: CommandLine): string {
  const lines = [
    complete(
      "__krakend_watch_command >/dev/null; and not __krakend_watch_is krakend",
      "-F",
    ),
    complete("__krakend_watch_is krakend", "-f"),
    complete(BEFORE_COMMAND, "-f"),
    ...options.map((spec) => completeOption(spec, BEFORE_COMMAND)),
    ...commands.map((command) => completeCommand(command, BEFORE_COMMAND)),
    completeCommand(
      { name: "krakend", help: "the name of the program may be written, too" },
      BEFORE_COMMAND,
    ),
    ...commands.map((command) =>
      completeCommand(command, "__krakend_watch_is krakend")
    ),
    complete("__krakend_watch_is --", "-a '(__fish_complete_command)'"),
    ...commands.flatMap(({ name, options }) =>
      options.map((spec) => completeOption(spec, `__krakend_watch_is ${name}`))
    ),
  ];
  return `# fish completion for krakend-watch
# Prints the first word that is no option, or what is written after "krakend".
function __krakend_watch_command
    set -l words (commandline -opc)
    set -e words[1]
    set -l skips no
    set -l found
    for word in $words
        if test $skips = yes
            set skips no
            continue
        end
        if test -n "$found"
            echo $word
            return 0
        end
        switch $word
            case --
                echo -- $word
                return 0
            case ${spellingsWithValue(options).join(" ")}
                set skips yes
            case '-*'
            case krakend
                set found $word
            case '*'
                echo $word
                return 0
        end
    end
    test -n "$found"; and echo $found
end

function __krakend_watch_is
    contains -- $argv[1] (__krakend_watch_command)
end

complete -c krakend-watch -e
${lines.join("\n")}`;
}

function complete(condition: string, what: string): string {
  return `complete -c krakend-watch -n ${quote(condition)} ${what}`;
}

function completeOption(spec: OptionSpec, condition: string): string {
  const { name, short, value, help } = spec;
  const parts = [
    ...short ? [`-s ${short}`] : [],
    `-l ${name}`,
    ...takesNextWord(spec) ? ["-r"] : [],
    ...value ? [completeValue(valuesOf(spec))] : ["-f"],
    `-d ${quote(help)}`,
  ];
  return complete(condition, parts.join(" "));
}

function completeValue(values: Values): string {
  switch (values.kind) {
    case "words":
      return `-f -a ${quote(values.words.join(" "))}`;
    case "paths":
      return "-F";
    case "programs":
      return "-f -a '(__fish_complete_command)'";
    case "unknown":
      return "-f";
  }
}

function completeCommand(
  { name, help }: Pick<CommandSpec, "name" | "help">,
  condition: string,
): string {
  return complete(condition, `-f -a ${name} -d ${quote(help)}`);
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
