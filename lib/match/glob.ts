/**
 * Globs as Go's `filepath.Match` reads them, and so reflex.
 *
 * A malformed glob is refused; reflex takes it, and it never matches. After a
 * star, Go takes each byte of a character such as "é" for one of its own, which
 * a set can match; here, it is one character.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/** One character of a set, or one that a backslash takes literally. */
const MEMBER = String.raw`(?:\\.|[^\\\]-])`;
const TOKEN = new RegExp(
  String.raw`(?<star>\*+)|(?<one>\?)|\[(?:(?<not>\^)|(?!\^))` +
    String.raw`(?<set>(?:${MEMBER}(?:-${MEMBER})?)+)\]` +
    String.raw`|\\(?<char>.)|(?<char>[^\\[])`,
  "suy",
);
/** A member of a set that is well-formed, or a range of them. */
const MEMBERS = /\\?(.)(?:-\\?(.))?/gsu;

/**
 * Reads a glob: `*` is any number of characters and `?` is one, but never "/";
 * `[a-z]` is one of a set and `[^a-z]` one that is not in it, be it "/", as in
 * Go; a backslash takes the next character literally. Nothing else is special.
 *
 * @returns Whether a whole path matches; that of a folder ends in "/".
 * @throws {UsageError} If the glob is malformed.
 */
export function parseGlob(glob: string): (path: string) => boolean {
  const parts = [""];
  for (let i = 0; i < glob.length; i = TOKEN.lastIndex) {
    TOKEN.lastIndex = i;
    const groups = TOKEN.exec(glob)?.groups;
    if (!groups) refuse(glob, i);
    const { star, one, not = "", set, char = "" } = groups;
    if (star) {
      parts.push("[^/]*?");
      continue;
    }
    const last = parts.pop() ?? "";
    const next = one
      ? "[^/]"
      : set
      ? `[${not}${rangesOf(set)}]`
      : RegExp.escape(char);
    parts.push(last + next);
  }
  // As in Go, a star ends at the first place where the part after it fits, so
  // the time grows with the path, however many stars there are.
  const regexes = parts.map((part, i) =>
    new RegExp(`^${part}${i === parts.length - 1 ? "$" : ""}`, "su")
  );
  return (path) => {
    let rest = path;
    return regexes.every((regex) => {
      const match = regex.exec(rest);
      rest = rest.slice(match?.[0].length);
      return match !== null;
    });
  };
}

/** Writes the members of a set. To Go, a range that runs backwards is empty. */
function rangesOf(set: string): string {
  let ranges = "";
  for (const [, low = "", high = low] of set.matchAll(MEMBERS)) {
    if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0)) continue;
    ranges += `${RegExp.escape(low)}-${RegExp.escape(high)}`;
  }
  return ranges;
}

function refuse(glob: string, index: number): never {
  const rest = glob.slice(index);
  const reason = rest.startsWith("[")
    ? `the set that begins with "${rest}" is not closed, is empty, or has a "-" or "]" without a backslash`
    : "nothing follows the last backslash";
  throw new UsageError(
    `Cannot read "${glob}" as a glob: ${reason}. ` +
      "Write *, ?, [a-z] or [^a-z], and a backslash before a character that is to be literal",
  );
}
