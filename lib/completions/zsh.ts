/**
 * Completions for zsh.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from "../option_spec.ts";
import {
  type CommandLine,
  spellingsOf,
  takesNextWord,
  valuesOf,
} from "./command_line.ts";

/** The script that teaches zsh: for its `fpath`, or to be sourced. */
export function zshCompletions({ options, commands }: CommandLine): string {
  const described = commands.map(({ name, help }) => quote(`${name}:${help}`));
  return `#compdef krakend-watch

_krakend_watch_commands() {
  local -a commands
  commands=(
${indent(described, 4)}
  )
  _describe -t commands command commands "$@"
}

# Completes the arguments of krakend: words[1] is its subcommand.
_krakend_watch_krakend() {
  if ((CURRENT == 1)); then
    _krakend_watch_commands
    return
  fi
  case $words[1] in
${indent(commands.flatMap(armOf), 4)}
    *) _files ;;
  esac
}

_krakend_watch() {
  local context state state_descr line
  local -A opt_args
  _arguments -s -S -A '-*' -C \\
${indent(options.flatMap(describe).map((text) => `${text} \\`), 4)}
    '*:: :->command'
  [[ $state == command ]] || return
  if [[ $words[1] == -- ]] && ((CURRENT > 1)); then
    shift words
    ((CURRENT--))
    _normal
  elif [[ $words[1] == krakend ]] && ((CURRENT > 1)); then
    shift words
    ((CURRENT--))
    _krakend_watch_krakend
  else
    _krakend_watch_krakend
    ((CURRENT == 1)) && _krakend_watch_program
  fi
}

_krakend_watch_program() {
  local -a program
  program=(${quote("krakend:the name of the program may be written, too")})
  _describe -t program program program
}

if [[ $funcstack[1] == _krakend-watch ]]; then
  _krakend_watch "$@"
else
  compdef _krakend_watch krakend-watch
fi`;
}

function armOf({ name, options }: CommandSpec): string[] {
  if (options.length === 0) return [];
  const specs = options.flatMap(describe).join(" ");
  return [`${name}) _arguments -s ${specs} '*:file:_files' ;;`];
}

/** An option as `_arguments` wants it, one text for each of its spellings. */
function describe(spec: OptionSpec): string[] {
  const { help, repeatable, isQuestion } = spec;
  const spellings = spellingsOf(spec);
  const excluded = isQuestion
    ? "(- *)"
    : repeatable
    ? "*"
    : `(${spellings.join(" ")})`;
  const text = help.replaceAll(/[[\]\\:]/g, "\\$&");
  return spellings.map((spelling) =>
    quote(
      `${excluded}${spelling}${joint(spec, spelling)}[${text}]${action(spec)}`,
    )
  );
}

/** How a value follows an option: in the next word or this one, or only in this one. */
function joint(spec: OptionSpec, spelling: string): string {
  if (!spec.value) return "";
  const isLong = spelling.startsWith("--");
  if (takesNextWord(spec)) return isLong ? "=" : "+";
  return isLong ? "=-" : "-";
}

function action(spec: OptionSpec): string {
  if (!spec.value) return "";
  const values = valuesOf(spec);
  const what = {
    words: () => values.kind === "words" ? `(${values.words.join(" ")})` : "",
    paths: () => "_files",
    programs: () => "_command_names",
    unknown: () => " ",
  }[values.kind]();
  return `${takesNextWord(spec) ? ":" : "::"}${spec.value}:${what}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => " ".repeat(by) + line).join("\n");
}
