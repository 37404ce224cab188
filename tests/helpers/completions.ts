/**
 * Asking real shells what they would complete.
 *
 * @module
 */

/** Runs a shell, and gives what it prints as lines. */
async function linesOf(
  program: string,
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const decoder = new TextDecoder();
  if (!success || stderr.length > 0) {
    throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout).split("\n").filter(Boolean);
}

/** Where to ask, and with what script. */
export interface AskOptions {
  /** The folder to be in. */
  readonly cwd: string;
  /** The file of the completions. */
  readonly script: string;
}

/** Splits a line as bash does for completions: at blanks, and around "=". */
function bashWords(line: string): string[] {
  return line.split(" ").flatMap((word, i, { length }) =>
    word === "" && i === length - 1
      ? [""]
      : word.split(/(=)/).filter((part, j) => part !== "" || j === 2)
  );
}

/** What bash offers at the end of a line. */
export async function askBash(
  line: string,
  { cwd, script }: AskOptions,
): Promise<string[]> {
  const words = bashWords(line);
  // What bash asks about after an "=" is that "=" itself, if nothing follows.
  const program = `source "$0"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _krakend_watch
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  return await linesOf("bash", [
    "--norc",
    "-c",
    program,
    script,
    ...words,
  ], { cwd });
}

/** What fish offers at the end of a line. */
export async function askFish(
  line: string,
  { cwd, script }: AskOptions,
): Promise<string[]> {
  const program = "source $argv[1]; complete -C $argv[2]";
  const args = ["--no-config", "-c", program, script, line];
  const lines = await linesOf("fish", args, { cwd, env: { HOME: cwd } });
  return lines.map((it) => it.split("\t")[0] ?? "");
}

/**
 * Zsh completes only where somebody types. So one zsh types into another, whose
 * `compadd` tells what it would offer.
 */
const ZSH_TYPIST = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= RPROMPT= PS2= ; stty -echo; cd \${(q)PWD}; SCRIPT=\${(q)1}"
zpty -w shell '
autoload -Uz compinit && compinit -u -D
source $SCRIPT
zstyle ":completion:*" list-max 0
LISTMAX=10000
compadd() {
  local -a offered
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]] || {
    builtin compadd -O offered "$@"
    (( $#offered )) && print -rl -- "offer:"\${^offered}
  }
  builtin compadd "$@"
}
tell() { print -r -- begin:; zle complete-word; print -r -- ; print -r -- end: }
zle -N tell
bindkey "^T" tell
print -r -- prepared:'
zpty -r -m shell line '*prepared:*'
zpty -w -n shell "$2"$'\\x14'
zpty -r -m shell answer '*end:*'
print -r -- $answer
zpty -d shell`;

/** What zsh offers at the end of a line. */
export async function askZsh(
  line: string,
  { cwd, script }: AskOptions,
): Promise<string[]> {
  const args = ["-f", "-c", ZSH_TYPIST, "zsh", script, line];
  const lines = await linesOf("zsh", args, { cwd, env: { HOME: cwd } });
  return lines.map((it) => it.trim())
    .filter((it) => it.startsWith("offer:"))
    .map((it) => it.slice("offer:".length));
}
