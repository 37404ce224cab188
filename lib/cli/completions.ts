/**
 * The scripts that complete the command line in bash, zsh and fish.
 *
 * One function, in the words that all shells have in common, knows what can
 * stand where; each shell asks it and offers the answer in its own way.
 *
 * @module
 */

import { quote } from "./options.ts";
import {
  needsValue,
  OPTIONS,
  type OptionSpec,
  type SHELLS,
  SUBCOMMANDS,
} from "./table.ts";

/** Returns the script for a shell. */
export function completionsText(shell: typeof SHELLS[number]): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}

function spellingsOf({ name, short }: OptionSpec): string[] {
  return short ? [`-${short}`, `--${name}`] : [`--${name}`];
}

/** A word and its help. */
type Word = Pick<OptionSpec, "name" | "help">;

function spell(specs: readonly OptionSpec[]): Word[] {
  return specs.flatMap((spec) =>
    spellingsOf(spec).map((name) => ({ ...spec, name }))
  );
}

/** Returns the command that prints words, each with a tab and its help. */
function print(words: readonly Word[]): string {
  const texts = words.flatMap(({ name, help }) => [name, help]);
  return `printf '%s\\t%s\\n' ${texts.map(quote).join(" ")}`;
}

/** Returns the command that prints the values of an option; undefined if they cannot be guessed. */
function printValues({ value, choices }: OptionSpec): string | undefined {
  if (choices) return `printf '%s\\n' ${choices.join(" ")}`;
  if (value === "PATH") return "echo :files";
  return value === "COMMAND" ? "echo :programs" : undefined;
}

const WITH_VALUE = OPTIONS.filter(needsValue).flatMap(spellingsOf);
const PROGRAM = {
  name: "krakend",
  help: "the name of the program may be written, too",
};
const CASES = [
  ...SUBCOMMANDS.map(({ name, options }) =>
    `${name},-*) ${print(spell(options))} ;;`
  ),
  ...OPTIONS.filter(printValues).map((spec) =>
    `${spellingsOf(spec).join(",* | ")},*) ${printValues(spec)} ;;`
  ),
];

/** The function that all scripts ask. */
const OFFERS = `
# Prints what can stand in the place of a word, which is the first argument; the
# others are the words before it. :files and :programs stand for all of them.
_krakend_watch_offers() {
  local current="$1" place= word
  shift
  # The place is after a command or an option with a value; before these, empty.
  for word; do
    case $place in
      "") case $word in
          [!-]* | -- | ${WITH_VALUE.join(" | ")}) place=$word ;;
        esac ;;
      -- | krakend) place=$word ;;
      -*) place= ;;
    esac
  done
  case $place,$current in
    ,-*=*) place=\${current%%=*} ;;
  esac
  case $place,$current in
    ,-*) ${print(spell(OPTIONS))} ;;
    ,*) ${print([...SUBCOMMANDS, PROGRAM])} ;;
    krakend,*) ${print(SUBCOMMANDS)} ;;
    ${CASES.join("\n    ")}
    --,*) echo :programs ;;
    [!-]*,*) echo :files ;;
  esac
}
`;

/** For bash from 3.2 (macOS) on, without a library. */
const BASH = `# bash completion for krakend-watch
${OFFERS}
_krakend_watch() {
  local current word prefix= n=0
  local -a words=("")
  COMPREPLY=()
  # Bash makes three words of --option=value.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $word == "=" || \${words[n]} == *= ]]; then
      words[n]+=$word
    else
      words[++n]=$word
    fi
  done
  current=\${words[n]}
  local offers=$(_krakend_watch_offers "$current" "\${words[@]:1:n-1}")
  if [[ $current == *=* ]]; then
    # Where "=" does not break words, the option is a part of this one.
    [[ $COMP_WORDBREAKS == *=* ]] || prefix=\${current%%=*}=
    current=\${current#*=}
  fi
  case $offers in
    :files) compopt -o filenames 2>/dev/null; set -- -f ;;
    :programs) set -- -c ;;
    *) set -- -W "$(cut -f 1 <<<"$offers")" ;;
  esac
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(compgen -P "$prefix" "$@" -- "$current")
}

complete -F _krakend_watch krakend-watch`;

/** For zsh: a file for its `fpath`, or to be sourced. */
const ZSH = `#compdef krakend-watch
${OFFERS}
_krakend_watch() {
  local -a offers=("\${(@f)$(_krakend_watch_offers "$PREFIX" "\${(@)words[2,CURRENT-1]}")}")
  local -i dashes=$words[(i)--]
  if [[ $offers[1] == :* ]] && ((dashes < CURRENT)); then
    # Another program completes its own arguments.
    shift $dashes words
    ((CURRENT -= dashes))
    _normal
    return
  fi
  compset -P '-*='
  case $offers[1] in
    "") ;;
    :files) _files ;;
    :programs) _command_names ;;
    *) offers=("\${(@)offers/$'\\t'/:}"); _describe word offers ;;
  esac
}

if [[ $funcstack[1] == _krakend-watch ]]; then
  _krakend_watch "$@"
else
  compdef _krakend_watch krakend-watch
fi`;

/** Fish asks in a shell that knows the function. */
const ASK = `${OFFERS}_krakend_watch_offers "$@"`;
const FISH = `# fish completion for krakend-watch
function __krakend_watch_offers
    set -l words (commandline -opc)
    set -e words[1]
    set -l script '${ASK.replaceAll(/[\\']/g, "\\$&")}'
    sh -c $script sh (commandline -ct) $words
end

function __krakend_watch_words
    set -l option (string match -r '^-[^=]*=' -- (commandline -ct); or echo)
    printf '%s\\n' $option(__krakend_watch_offers | string match -v ':*')
end

complete -c krakend-watch -e
complete -c krakend-watch -f -a '(__krakend_watch_words)'
complete -c krakend-watch -n 'contains :files (__krakend_watch_offers)' -F
complete -c krakend-watch -n 'contains :programs (__krakend_watch_offers)' \\
    -a '(__fish_complete_command)'`;
