/**
 * Keeps secrets out of the lines of a file that are shown.
 *
 * @module
 */

/** Names that look as if a secret followed. Rather one too many than one too few. */
const SECRET_NAMES =
  "pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|shared[_-]?key|encryption[_-]?key|auth(?:orization)?|bearer|cookie|headers?|license|salt|cipher_key|client_id";

/** Whether a name looks as if its value were a secret. */
export function looksSecret(name: string): boolean {
  // A namespace, such as auth/validator, is no secret; what is in it may be.
  if (name.includes("/")) return false;
  return new RegExp(`(?:${SECRET_NAMES})`, "i").test(name) ||
    /(?:^|[_-])keys?$/i.test(name);
}

/** A name and what separates it from its value: JSON, YAML, TOML, half written ones too. */
const NAME = /(?<name>[\w.@\/-]+)["']?\s*[:=]\s*/g;
/** Begins or goes on in a block of PEM. */
const PEM_BEGIN = /-----BEGIN /;
const PEM_END = /-----END /;

/**
 * The lines from `first` to before `last`, with every character hidden that
 * may belong to a secret. Works on broken files: what is indented more than a
 * secret's name belongs to it.
 *
 * @param lines All lines of the file.
 */
export function maskSecrets(
  lines: readonly string[],
  first: number,
  last: number,
): string[] {
  const shown: string[] = [];
  /** How far a secret's name is indented whose value goes on. */
  let owner: number | undefined;
  let isPem = false;
  for (const [i, line] of lines.entries()) {
    if (i >= last) break;
    const indent = line.search(/\S/);
    if (owner !== undefined && indent >= 0 && indent <= owner) {
      owner = undefined;
    }
    isPem ||= PEM_BEGIN.test(line);
    let masked = line;
    const start = secretStart(line);
    if (isPem || owner !== undefined) masked = mask(line, 0);
    else if (start !== undefined) {
      masked = mask(line, start);
      owner = indent;
    }
    if (PEM_END.test(line)) isPem = false;
    if (i >= first) shown.push(maskUrls(masked));
  }
  return shown;
}

/** Where the value of the first secret of a line begins. */
function secretStart(line: string): number | undefined {
  for (const match of line.matchAll(NAME)) {
    if (looksSecret(match.groups?.["name"] ?? "")) {
      return match.index + match[0].length;
    }
  }
  return undefined;
}

/** Hides words from a place on, and keeps what makes the structure. */
function mask(line: string, start: number): string {
  return line.slice(0, start) +
    line.slice(start).replaceAll(/[^\s"{}[\],:]/g, "*");
}

function maskUrls(line: string): string {
  return line.replaceAll(
    /(:\/\/)([^\s\/'"@]+)(?=@)/g,
    (_, slashes: string, user: string) => slashes + "*".repeat(user.length),
  );
}
