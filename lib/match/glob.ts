/**
 * Globs as Go's `filepath.Match` understands them, and so reflex.
 *
 * `globToRegExp` of `@std/path` is another language, and little of it would be
 * left: there `?` matches "/", `[^a]` does not negate, braces and `[:alpha:]`
 * have a meaning, a "/" ends brackets, slashes at the end and in a row are all
 * one, a malformed pattern is taken literally, and a character beyond U+FFFF
 * is two. So the few constructs there are become a RegExp here.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { codePointOf, quote, Reader } from "./reader.ts";

/** A glob that was understood. */
export interface Glob {
  /** Whether the whole path matches; that of a folder ends in "/". */
  matches(path: string): boolean;
  /** How many "/" there are at most in a path that matches. */
  readonly mostSlashes: number;
}

/**
 * Reads a glob: `*` is any number of characters and `?` is one, never "/";
 * `[a-z]` is one of these and `[^a-z]` one that is not, be it "/", as in Go; a
 * backslash takes the next character as it is. Nothing else is special. Only
 * that a star of Go's can end within a character beyond ASCII is not kept.
 *
 * @throws {UsageError} If the glob is malformed. (With reflex it never matches then.)
 */
export function parseGlob(glob: string): Glob {
  const reader = new Reader(glob);
  const chunks = [""];
  let mostSlashes = 0;
  const append = (source: string, canBeSlash: boolean) => {
    chunks.push((chunks.pop() ?? "") + source);
    if (canBeSlash) mostSlashes++;
  };
  while (!reader.isAtEnd) {
    if (reader.take(/^\*/)) {
      chunks.push("");
    } else if (reader.take(/^\?/)) {
      append("[^/]", false);
    } else if (reader.take(/^\[/)) {
      const { source, canBeSlash } = takeBrackets(reader, glob);
      append(source, canBeSlash);
    } else {
      const match = reader.take(/^\\(?<it>.)|^(?<it>[^\\])/su);
      if (!match) throw refusal(glob, "nothing follows the last backslash");
      const character = match.groups?.["it"] as string;
      append(quote(character), character === "/");
    }
  }
  const regexp = new RegExp(joinChunks(chunks), "u");
  return { matches: (path) => regexp.test(path), mostSlashes };
}

/**
 * Puts a star between each two chunks. A chunk stays at the first place that
 * fits, as in Go, hence the detour by a lookahead, into which a RegExp does
 * not go back. It matters where brackets matched a "/"; and many stars cannot
 * make matching slow.
 */
function joinChunks([head, ...others]: readonly string[]): string {
  const last = others.pop();
  const between = others.map((chunk, i) => `(?=([^/]*?${chunk}))\\${i + 1}`);
  const tail = last === undefined ? "" : `[^/]*?${last}`;
  return `^${head}${between.join("")}${tail}$`;
}

/** Takes what is in brackets, and the closing one. */
function takeBrackets(reader: Reader, glob: string) {
  const isNegated = reader.take(/^\^/) !== undefined;
  const ranges: [low: number, high: number][] = [];
  do {
    const low = takeMember(reader, glob);
    const high = reader.take(/^-/) ? takeMember(reader, glob) : low;
    ranges.push([codePointOf(low), codePointOf(high)]);
  } while (!reader.take(/^\]/));
  const slash = codePointOf("/");
  const hasSlash = ranges.some(([low, high]) => low <= slash && slash <= high);
  const members = ranges
    // To Go, a range that runs backwards is an empty one.
    .filter(([low, high]) => low <= high)
    .map((range) => range.map((n) => quote(String.fromCodePoint(n))).join("-"));
  return {
    source: `[${isNegated ? "^" : ""}${members.join("")}]`,
    canBeSlash: hasSlash !== isNegated,
  };
}

function takeMember(reader: Reader, glob: string): string {
  const match = reader.take(/^\\(?<it>.)|^(?<it>[^\\\]-])/su);
  if (match) return match.groups?.["it"] as string;
  throw refusal(
    glob,
    /^\\?$/.test(reader.rest)
      ? `"[" is not closed`
      : `"${reader.rest[0]}" stands in brackets where a character is due`,
  );
}

function refusal(glob: string, reason: string): UsageError {
  return new UsageError(
    `Cannot read "${glob}" as a glob: ${reason}. ` +
      "Write *, ?, [a-z] or [^a-z], and a backslash before what is not meant so",
  );
}
