/**
 * Globs as Go's `filepath.Match` reads them, and so reflex.
 *
 * Each chunk between stars is translated for `globToRegExp` of `@std/path`,
 * whose own language is another one: there `?` matches "/", `[^a]` does not
 * negate, `{}`, `()` and `[:alpha:]` are special, and a malformed glob is taken
 * literally.
 *
 * Two differences from Go remain, both about characters beyond U+FFFF, such as
 * emoji: to `?` and to a set, such a one is two, and a set cannot hold it. A
 * malformed glob is refused; reflex takes it, and it never matches.
 *
 * @module
 */

import { globToRegExp } from "@std/path/posix/glob-to-regexp";
import { UsageError } from "../errors.ts";

/** A glob that was understood. */
export interface Glob {
  /** Returns whether the whole path matches; that of a folder ends in "/". */
  matches(path: string): boolean;
  /** The number of "/" that a path can have and match. */
  readonly mostSlashes: number;
}

/** What stands before, between or after stars. */
interface Chunk {
  /** Written for `globToRegExp`. */
  readonly bash: string;
  /** The length of what it matches, in UTF-16 units. */
  readonly length: number;
}

/** One character of a set, or one that a backslash takes literally. */
const MEMBER = String.raw`(?:\\.|[^\\\]-])`;
const RANGE = new RegExp(`(${MEMBER})(?:-(${MEMBER}))?`, "sug");
const TOKEN = new RegExp(
  String.raw`(?<star>\*+)|(?<one>\?)|\[(?:(?<not>\^)|(?!\^))` +
    String.raw`(?<set>(?:${MEMBER}(?:-${MEMBER})?)+)\]` +
    String.raw`|\\(?<char>.)|(?<char>[^\\[])`,
  "suy",
);

/** Ends each glob and path: `globToRegExp` takes slashes at the end for nothing. */
const END = "\0";

/**
 * Reads a glob: `*` is any number of characters and `?` is one, but never "/";
 * `[a-z]` is one of a set and `[^a-z]` one that is not in it, be it "/", as in
 * Go; a backslash takes the next character literally. Nothing else is special.
 *
 * @throws {UsageError} If the glob is malformed.
 */
export function parseGlob(glob: string): Glob {
  const chunks: Chunk[] = [{ bash: "", length: 0 }];
  let mostSlashes = 0;
  for (let i = 0; i < glob.length; i = TOKEN.lastIndex) {
    TOKEN.lastIndex = i;
    const groups = TOKEN.exec(glob)?.groups;
    if (!groups) refuse(glob, i);
    const { star, one, not, set, char = "" } = groups;
    if (star) {
      chunks.push({ bash: "", length: 0 });
      continue;
    }
    if (set && /[\u{10000}-\u{10FFFF}]/u.test(set)) refuse(glob, i);
    if (set || char === "/") mostSlashes++;
    // In a group, "/" does not end a segment.
    const bash = one
      ? "@([!/])"
      : set
      ? `@([${not ? "!" : ""}${rangesOf(set, !not)}])`
      : escape(char, "/");
    const { bash: before, length } = chunks.pop() as Chunk;
    chunks.push({ bash: before + bash, length: length + (char.length || 1) });
  }
  const matchers = chunks.map(({ bash, length }) => ({
    regexp: globToRegExp(bash + END, { extended: true, globstar: false }),
    length,
  }));
  return { matches: (path) => matchAll(matchers, path), mostSlashes };
}

/**
 * Matches chunk after chunk, each at the first place where it fits, as Go does:
 * the time grows with the length of the path, however many stars there are.
 */
function matchAll(
  chunks: readonly { readonly regexp: RegExp; readonly length: number }[],
  path: string,
): boolean {
  let start = 0;
  for (const [i, { regexp, length }] of chunks.entries()) {
    const mustEnd = i === chunks.length - 1;
    for (;; start++) {
      const end = start + length;
      if (end > path.length) return false;
      const canEnd = !mustEnd || end === path.length;
      if (canEnd && regexp.test(path.slice(start, end) + END)) break;
      // A star goes before each chunk but the first.
      if (i === 0 || path[start] === "/") return false;
    }
    start += length;
  }
  return true;
}

/** Writes the members of a set. To Go, a range that runs backwards is empty. */
function rangesOf(set: string, canNegate: boolean): string {
  return [...set.matchAll(RANGE)]
    .map(([, low = "", high = low]) => [low, high].map(withoutBackslash))
    .filter(([low = "", high = ""]) => low <= high)
    .map((range, i) => {
      // `globToRegExp` negates a set that begins with `\^`, and none that begins with `^`.
      const plain = canNegate && i === 0 ? "/^" : "/";
      const [low = "", high = ""] = range.map((it) => escape(it, plain));
      return low === high ? low : `${low}-${high}`;
    }).join("");
}

function withoutBackslash(member: string): string {
  return member.replace(/^\\(?=.)/su, "");
}

/** Writes a character so that it means itself. */
function escape(character: string, plain: string): string {
  return plain.includes(character) || /\w/.test(character)
    ? character
    : `\\${character}`;
}

function refuse(glob: string, index: number): never {
  const reason = glob[index] === "["
    ? `the set that begins with "${
      glob.slice(index)
    }" is not closed, is empty, has a "-" or "]" without a backslash, or a character beyond U+FFFF`
    : "nothing follows the last backslash";
  throw new UsageError(
    `Cannot read "${glob}" as a glob: ${reason}. ` +
      "Write *, ?, [a-z] or [^a-z], and a backslash before a character that is to be literal",
  );
}
