/**
 * Asks real shells for their completions of a line.
 *
 * @module
 */

/** Runs a shell, and returns the lines that it prints. */
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

/** Returns the environment of a shell: a program of the test's own is on its PATH. */
function environmentFor(cwd: string): Record<string, string> {
  const path = Deno.env.get("PATH") ?? "/usr/bin:/bin";
  return { HOME: cwd, PATH: `${cwd}/bin:${path}`, TERM: "xterm" };
}

/** Options for {@linkcode askBash}, {@linkcode askFish} and {@linkcode askZsh}. */
export interface AskOptions {
  /** The working folder. */
  readonly cwd: string;
  /** The file of the completions. */
  readonly script: string;
}

/** Splits a line as bash does for completions: at blanks, and around "=". */
function bashWords(line: string): string[] {
  return line.split(" ").flatMap((word, i, { length }) =>
    word === "" && i === length - 1 ? [""] : word.split(/(=)/).filter(Boolean)
  );
}

/** Returns the words that bash offers at the end of each line. */
export function askBash(
  lines: readonly string[],
  { cwd, script }: AskOptions,
): Promise<string[][]> {
  const program = `source "$0"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _krakend_watch
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = environmentFor(cwd);
  return Promise.all(lines.map((line) => {
    const args = ["--norc", "-c", program, script, ...bashWords(line)];
    return linesOf("bash", args, { cwd, env });
  }));
}

/** Returns the words that fish offers at the end of each line. */
export function askFish(
  lines: readonly string[],
  { cwd, script }: AskOptions,
): Promise<string[][]> {
  const program = "source $argv[1]; complete -C $argv[2]";
  const env = environmentFor(cwd);
  return Promise.all(lines.map(async (line) => {
    const args = ["--no-config", "-c", program, script, line];
    const offers = await linesOf("fish", args, { cwd, env });
    return offers.map((offer) => offer.split("\t")[0] ?? "");
  }));
}

/**
 * Zsh completes only on a terminal. So one zsh types into another one, whose
 * `compadd` prints the words that it offers.
 */
const ZSH_TYPIST = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= RPROMPT= PS2= ; stty -echo; cd \${(q)PWD}; SCRIPT=\${(q)1}"
shift
zpty -w shell '
autoload -Uz compinit && compinit -u -D
source $SCRIPT
LISTMAX=10000
compadd() {
  local -a offered
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]] || {
    builtin compadd -O offered "$@"
    (( $#offered )) && print -rl -- "offer:"\${^offered}
  }
  builtin compadd "$@"
}
show() { print -r -- ; zle complete-word; print -r -- ; print -r -- end: }
zle -N show
bindkey "^T" show
bindkey "^U" kill-whole-line
print -r -- prepared:'
zpty -r -m shell answer '*prepared:*'
for line in "$@"; do
  print -r -- "line:$line"
  zpty -w -n shell "$line"$'\\x14'
  zpty -r -m shell answer '*end:*'
  print -r -- $answer
  zpty -w -n shell $'\\x15'
done
zpty -d shell`;

/** Returns the words that zsh offers at the end of each line. */
export async function askZsh(
  lines: readonly string[],
  { cwd, script }: AskOptions,
): Promise<string[][]> {
  const args = ["-f", "-c", ZSH_TYPIST, "zsh", script, ...lines];
  const env = environmentFor(cwd);
  const answers: string[][] = [];
  for (const answer of await linesOf("zsh", args, { cwd, env })) {
    const text = answer.trim();
    if (text.startsWith("line:")) answers.push([]);
    if (!text.startsWith("offer:")) continue;
    answers.at(-1)?.push(text.slice("offer:".length));
  }
  return answers;
}
