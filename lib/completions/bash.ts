/**
 * Completions for bash, from 3.2 (macOS) on, without any library.
 *
 * @module
 */

import {
  type CommandLine,
  spellingsOf,
  spellingsWithValue,
  type Values,
  valuesOf,
} from "./command_line.ts";
import type { OptionSpec } from "../option_spec.ts";

/** The script that teaches bash. */
export function bashCompletions({ options, commands }: CommandLine): string {
  const names = commands.map(({ name }) => name).join(" ");
  const ofCommands = commands.filter(({ options }) => options.length > 0)
    .map((command) => `${command.name}) ${take(command.options)} ;;`);
  return `# bash completion for krakend-watch
_krakend_watch_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done \\
    < <(compgen "$@" -- "$cur")
}

_krakend_watch_paths() {
  compopt -o filenames 2>/dev/null
  _krakend_watch_words -f
}

# Completes the value of the option $1; fails for what is no option with a value.
_krakend_watch_value() {
  case $1 in
${indent(options.filter(({ value }) => value).map(valueArm), 4)}
    *) return 1 ;;
  esac
}

_krakend_watch() {
  local -a words
  local cur= option= command= flags= count=0 i
  COMPREPLY=()
  # Bash makes three words of --option=value.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    cur=\${COMP_WORDS[i]}
    if ((count > 0)) && [[ $cur == "=" && \${words[count - 1]} == --* ]]; then
      words[count - 1]+="="
    elif ((count > 0)) && [[ \${words[count - 1]} == --*= && \${COMP_WORDS[i - 1]} == "=" ]]; then
      words[count - 1]+=$cur
    else
      words[count++]=$cur
    fi
  done
  cur=\${words[count - 1]}
  for ((i = 0; i < count - 1; i++)); do
    option=
    case \${words[i]} in
      --) ((i++)); command=-- ; break ;;
      ${spellingsWithValue(options).join("|")}) option=\${words[i]}; ((i++)) ;;
      -*) ;;
      *) command=\${words[i]}; break ;;
    esac
  done
  if [[ $command == krakend ]]; then
    command=\${words[++i]}
    if ((i == count - 1)); then
      _krakend_watch_words -W "${names}"
      return
    fi
  fi
  if [[ $command == -- ]]; then
    if ((i == count - 1)); then _krakend_watch_words -c; else _krakend_watch_paths; fi
  elif [[ -n $command ]]; then
    case $command in
${indent(ofCommands, 6)}
    esac
    if [[ $cur == -* ]]; then _krakend_watch_words -W "$flags"; else _krakend_watch_paths; fi
  elif [[ -n $option ]] && ((i == count)); then
    _krakend_watch_value "$option"
  elif [[ $cur == --*=* ]]; then
    option=\${cur%%=*}
    cur=\${cur#*=}
    _krakend_watch_value "$option"
    # The option is a part of the word where "=" does not break words.
    [[ $COMP_WORDBREAKS == *=* ]] ||
      for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=$option=\${COMPREPLY[i]}; done
  elif [[ $cur == -* ]]; then
    _krakend_watch_words -W "${options.flatMap(spellingsOf).join(" ")}"
  else
    _krakend_watch_words -W "${names} krakend"
  fi
}

complete -F _krakend_watch krakend-watch`;
}

function valueArm(spec: OptionSpec): string {
  return `${spellingsOf(spec).join("|")}) ${completeValue(valuesOf(spec))} ;;`;
}

function completeValue(values: Values): string {
  switch (values.kind) {
    case "words":
      return `_krakend_watch_words -W "${values.words.join(" ")}"`;
    case "paths":
      return "_krakend_watch_paths";
    case "programs":
      return "_krakend_watch_words -c";
    case "unknown":
      return ":";
  }
}

function take(options: readonly OptionSpec[]): string {
  return `flags="${options.flatMap(spellingsOf).join(" ")}"`;
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => " ".repeat(by) + line).join("\n");
}
