/**
 * Sets of characters in regular expressions as Go writes them: `[a-z]`, `\d`,
 * `[[:alpha:]]`, `\pL`, and single characters with their escapes.
 *
 * @module
 */

import { codePointOf, quote, type Reader } from "./reader.ts";

/** What Go calls Perl's classes. Other than in JavaScript, `\s` is ASCII alone, without \v. */
const PERL_CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  s: "\\t\\n\\f\\r ",
  w: "0-9A-Za-z_",
};

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\0-\\x7F",
  blank: "\\t ",
  cntrl: "\\0-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t-\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

const CONTROLS: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * Takes a bracket expression, a class or one character, each as the source of
 * a RegExp (flag `u`) that matches exactly one character.
 *
 * @throws {SyntaxError} If Go would refuse it, with the reason.
 */
export function takeCharacters(reader: Reader): string {
  if (reader.take(/^\[/)) return takeBrackets(reader);
  return takeClass(reader) ?? quote(takeCharacter(reader));
}

function takeBrackets(reader: Reader): string {
  const isNegated = reader.take(/^\^/) !== undefined;
  const members: string[] = [];
  do {
    members.push(
      takePosixClass(reader) ?? takeClass(reader) ?? takeRange(reader),
    );
    // A "]" that comes first is one of the characters.
  } while (!reader.take(/^\]/));
  // Not [^...], for a member can be negated itself.
  const any = members.join("|");
  return isNegated ? `(?:(?!${any})[^])` : `(?:${any})`;
}

function takeRange(reader: Reader): string {
  const low = takeCharacter(reader);
  const high = reader.take(/^-(?=[^\]])/) ? takeCharacter(reader) : low;
  if (codePointOf(low) > codePointOf(high)) {
    throw new SyntaxError(`the range ${low}-${high} runs backwards`);
  }
  return `[${quote(low)}-${quote(high)}]`;
}

function takePosixClass(reader: Reader): string | undefined {
  const match = reader.take(/^\[:(?<not>\^?)(?<name>.*?):\]/su);
  if (!match) return undefined;
  const { not, name } = match.groups as { not: string; name: string };
  const members = Object.hasOwn(POSIX_CLASSES, name) && POSIX_CLASSES[name];
  if (members) return `[${not}${members}]`;
  throw new SyntaxError(`there is no class ${match[0]}`);
}

/** Takes a class that begins with a backslash. */
function takeClass(reader: Reader): string | undefined {
  const perl = reader.take(/^\\(?<letter>[dswDSW])/)?.groups?.["letter"];
  if (perl) {
    const letter = perl.toLowerCase();
    return `[${perl === letter ? "" : "^"}${PERL_CLASSES[letter]}]`;
  }
  const match = reader.take(
    /^\\(?<kind>[pP])(?:\{(?<not>\^?)(?<name>[^}]*)\}|(?<name>[^{]))/su,
  );
  if (!match) return undefined;
  const { kind, not, name } = match.groups as Record<string, string>;
  const members = unicodeClass(name as string);
  if (!members) throw new SyntaxError(`there is no class ${match[0]}`);
  // Not \P: with the flag `i` that is anything that has a case.
  return `[${(kind === "P") !== (not === "^") ? "^" : ""}${members}]`;
}

/** Go takes categories and scripts, which JavaScript keeps apart. */
function unicodeClass(name: string): string | undefined {
  if (["Any", "ASCII", "Assigned"].includes(name)) return `\\p{${name}}`;
  if (!/^\w+$/.test(name)) return undefined;
  return ["General_Category", "Script"]
    .map((property) => `\\p{${property}=${name}}`)
    .find((source) => {
      try {
        return new RegExp(source, "u");
      } catch {
        return false;
      }
    });
}

/** Takes one character, which may be escaped. */
function takeCharacter(reader: Reader): string {
  const plain = reader.take(/^[^\\]/su);
  if (plain) return plain[0];
  if (reader.isAtEnd) throw new SyntaxError(`"[" is not closed`);
  const control = reader.take(/^\\(?<letter>[afnrtv])/)?.groups?.["letter"];
  if (control) return CONTROLS[control] as string;
  const hex = reader.take(
    /^\\x(?:\{(?<digits>[0-9A-Fa-f]+)\}|(?<digits>[0-9A-Fa-f]{2}))/,
  );
  if (hex) return characterOf(parseInt(hex.groups?.["digits"] ?? "", 16), hex);
  const octal = reader.take(/^\\(?<digits>0[0-7]{0,2}|[1-7][0-7]{1,2})/);
  if (octal) {
    return characterOf(parseInt(octal.groups?.["digits"] ?? "", 8), octal);
  }
  const itself = reader.take(/^\\(?<it>[\0-\x7F])(?<![0-9A-Za-z])/);
  if (itself) return itself.groups?.["it"] as string;
  if (/^\\[1-9k]/.test(reader.rest)) {
    throw new SyntaxError("there are no backreferences");
  }
  if (reader.rest === "\\") {
    throw new SyntaxError("nothing follows the last backslash");
  }
  const [escape] = reader.take(/^\\./su) as RegExpExecArray;
  throw new SyntaxError(`there is no escape ${escape}`);
}

function characterOf(codePoint: number, [text]: RegExpExecArray): string {
  if (codePoint <= 0x10FFFF) return String.fromCodePoint(codePoint);
  throw new SyntaxError(`${text} is no character`);
}
