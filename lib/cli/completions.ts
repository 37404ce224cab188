/**
 * The scripts that complete the command line in bash, zsh and fish.
 *
 * @module
 */

import {
  type CommandSpec,
  OPTIONS,
  type OptionSpec,
  type SHELLS,
} from "./table.ts";

/** The official image takes the name of the program before its commands, or does without. */
const KRAKEND = {
  name: "krakend",
  help: "the name of the program may be written, too",
};

/**
 * Returns the script for a shell: our options, then a command with its flags.
 *
 * @param commands The commands of krakend.
 */
export function completionsText(
  shell: typeof SHELLS[number],
  commands: readonly CommandSpec[],
): string {
  return { bash, zsh, fish }[shell](commands);
}

/** Returns the ways to write an option. */
function spellingsOf({ name, short }: OptionSpec): string[] {
  return short ? [`-${short}`, `--${name}`] : [`--${name}`];
}

/** Whether the next word is the value of an option. */
function takesNextWord({ value, implied }: OptionSpec): boolean {
  return value !== undefined && implied === undefined;
}

/** Returns how to complete the value of an option: by its choices, or by one of the other texts. */
function completionOf(
  { value, choices }: OptionSpec,
  by: {
    readonly choices: (words: string) => string;
    readonly paths: string;
    readonly programs: string;
    readonly nothing: string;
  },
): string {
  if (choices) return by.choices(choices.join(" "));
  if (value === "PATH") return by.paths;
  return value === "COMMAND" ? by.programs : by.nothing;
}

/** The options after which the next word is no command. */
const WITH_VALUE = OPTIONS.filter(takesNextWord).flatMap(spellingsOf);

/** Bash from 3.2 (macOS) on, without a library. */
function bash(commands: readonly CommandSpec[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const flags = commands.map(({ name, options }) =>
    `${name}) flags="${options.flatMap(spellingsOf).join(" ")}" ;;`
  );
  const values = OPTIONS.filter(({ value }) => value).map((spec) =>
    `${spellingsOf(spec).join("|")}) ${
      completionOf(spec, {
        choices: (words) => `_krakend_watch_offer -W "${words}"`,
        paths: "_krakend_watch_offer_paths",
        programs: "_krakend_watch_offer -c",
        nothing: ":",
      })
    } ;;`
  );
  return `# bash completion for krakend-watch
_krakend_watch_offer() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$cur")
}

_krakend_watch_offer_paths() {
  compopt -o filenames 2>/dev/null
  _krakend_watch_offer -f
}

_krakend_watch_offer_values() {
  case $1 in
${indent(values, 4)}
  esac
}

_krakend_watch() {
  local cur word option= command= flags= i end
  local -a words=("$1")
  COMPREPLY=()
  # Bash makes three words of --option=value.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    end=$((\${#words[@]} - 1))
    if [[ $word == "=" && \${words[end]} == -* || \${words[end]} == -*= ]]; then
      words[end]+=$word
    else
      words+=("$word")
    fi
  done
  end=$((\${#words[@]} - 1))
  cur=\${words[end]}
  for ((i = 1; i < end; i++)); do
    option=
    case \${words[i]} in
      --) command=--; break ;;
      ${WITH_VALUE.join("|")}) option=\${words[i++]} ;;
      -*) ;;
      *) command=\${words[i]}; break ;;
    esac
  done
  if [[ $command == ${KRAKEND.name} ]]; then
    command=
    ((++i < end)) && command=\${words[i]}
    [[ -n $command ]] || { _krakend_watch_offer -W "${names}"; return; }
  fi
  if [[ $command == -- ]] && ((i + 1 == end)); then
    _krakend_watch_offer -c
  elif [[ -n $command ]]; then
    case $command in
${indent(flags, 6)}
    esac
    if [[ $cur == -* ]]; then
      _krakend_watch_offer -W "$flags"
    else
      _krakend_watch_offer_paths
    fi
  elif [[ -n $option ]] && ((i > end)); then
    _krakend_watch_offer_values "$option"
  elif [[ $cur == --*=* ]]; then
    option=\${cur%%=*}
    cur=\${cur#*=}
    _krakend_watch_offer_values "$option"
    # Where "=" does not break words, the option is a part of this one.
    [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("\${COMPREPLY[@]/#/$option=}")
  elif [[ $cur == -* ]]; then
    _krakend_watch_offer -W "${OPTIONS.flatMap(spellingsOf).join(" ")}"
  else
    _krakend_watch_offer -W "${names} ${KRAKEND.name}"
  fi
}

complete -F _krakend_watch krakend-watch`;
}

/** Zsh: a file for its \`fpath\`, or to be sourced. */
function zsh(commands: readonly CommandSpec[]): string {
  const described = commands.map(({ name, help }) =>
    quoteZsh(`${name}:${help}`)
  );
  const flags = commands.map(({ name, options }) =>
    `${name}) _arguments -s ${
      options.flatMap(describeZsh).join(" ")
    } '*:file:_files' ;;`
  );
  return `#compdef krakend-watch

_krakend_watch_krakend() {
  if ((CURRENT == 1)); then
    local -a commands=(
${indent(described, 6)}
    )
    _describe -t commands command commands
    return
  fi
  case $words[1] in
${indent(flags, 4)}
    *) _files ;;
  esac
}

_krakend_watch() {
  local context state state_descr line
  local -A opt_args
  _arguments -s -S -A '-*' -C \\
${indent(OPTIONS.flatMap(describeZsh).map((text) => `${text} \\`), 4)}
    '*:: :->command'
  [[ $state == command ]] || return
  if ((CURRENT == 1)); then
    local -a program=(${quoteZsh(`${KRAKEND.name}:${KRAKEND.help}`)})
    _describe -t program program program
  elif [[ $words[1] == (--|${KRAKEND.name}) ]]; then
    local first=$words[1]
    shift words
    ((CURRENT--))
    [[ $first == -- ]] && { _normal; return; }
  fi
  _krakend_watch_krakend
}

if [[ $funcstack[1] == _krakend-watch ]]; then
  _krakend_watch "$@"
else
  compdef _krakend_watch krakend-watch
fi`;
}

/** Returns an option as `_arguments` takes it, one text for each of its spellings. */
function describeZsh(spec: OptionSpec): string[] {
  const { value, help, repeatable, isQuestion } = spec;
  const spellings = spellingsOf(spec);
  const excluded = isQuestion
    ? "(- *)"
    : repeatable
    ? "*"
    : `(${spellings.join(" ")})`;
  const text = help.replaceAll(/[[\]\\:]/g, "\\$&");
  const isNext = takesNextWord(spec);
  const action = !value
    ? ""
    : `${isNext ? ":" : "::"}${value}:${
      completionOf(spec, {
        choices: (words) => `(${words})`,
        paths: "_files",
        programs: "_command_names",
        nothing: " ",
      })
    }`;
  return spellings.map((spelling) => {
    // A value follows in the next word or in this one, or only in this one.
    const isLong = spelling.startsWith("--");
    const joint = !value
      ? ""
      : isNext
      ? isLong ? "=" : "+"
      : isLong
      ? "=-"
      : "-";
    return quoteZsh(`${excluded}${spelling}${joint}[${text}]${action}`);
  });
}

function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(commands: readonly CommandSpec[]): string {
  const after = "__krakend_watch_command >/dev/null";
  const before = `not ${after}`;
  const is = (name: string) => `__krakend_watch_is ${name}`;
  const complete = (condition: string, what: string) =>
    `complete -c krakend-watch -n ${quoteFish(condition)} ${what}`;
  const option = (condition: string, spec: OptionSpec) => {
    const { name, short, value, help } = spec;
    const values = completionOf(spec, {
      choices: (words) => `-f -a ${quoteFish(words)}`,
      paths: "-F",
      programs: "-f -a '(__fish_complete_command)'",
      nothing: "-f",
    });
    const letter = short ? `-s ${short} ` : "";
    const needs = takesNextWord(spec) ? "-r " : "";
    const how = value ? values : "-f";
    return complete(
      condition,
      `${letter}-l ${name} ${needs}${how} -d ${quoteFish(help)}`,
    );
  };
  const command = (
    condition: string,
    { name, help }: { readonly name: string; readonly help: string },
  ) => complete(condition, `-f -a ${name} -d ${quoteFish(help)}`);
  const lines = [
    complete(before, "-f"),
    ...OPTIONS.map((spec) => option(before, spec)),
    ...[...commands, KRAKEND].map((it) => command(before, it)),
    complete(is(KRAKEND.name), "-f"),
    ...commands.map((it) => command(is(KRAKEND.name), it)),
    complete(`${after}; and not ${is(KRAKEND.name)}`, "-F"),
    complete(
      `${is("--")}; and test (commandline -opc)[-1] = --`,
      "-a '(__fish_complete_command)'",
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map((spec) => option(is(name), spec))
    ),
  ];
  return `# fish completion for krakend-watch
# Prints the first word that is no option, or what follows "${KRAKEND.name}".
function __krakend_watch_command
    set -l words (commandline -opc)
    set -l skips yes
    set -l found
    for word in $words
        if test $skips = yes
            set skips no
        else if test -n "$found"
            echo $word
            return 0
        else
            switch $word
                case --
                    echo -- $word
                    return 0
                case ${WITH_VALUE.join(" ")}
                    set skips yes
                case '-*'
                case ${KRAKEND.name}
                    set found $word
                case '*'
                    echo $word
                    return 0
            end
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

function quoteFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => " ".repeat(by) + line).join("\n");
}
