/**
 * The partials that templates include, read as KrakenD's template language
 * (Go's text/template) reads them.
 *
 * @module
 */

import { join, resolve } from "@std/path";

/** A partial that a template includes. */
export interface Inclusion {
  /** Its name, as KrakenD looks for it below FC_PARTIALS. */
  readonly partial: string;
  /** Where the word `include` stands, counted from 0, in UTF-16 code units. */
  readonly offset: number;
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

const COMMENT = /\{\{(?:-\s)?\s*\/\*[\s\S]*?\*\//y;
const OPENING = /\{\{(?:-\s)?/y;
/** Texts, raw texts and characters; the end; names of functions, fields and variables; all else by its characters. */
const TOKEN =
  /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|[.$\p{L}\p{N}_]+|[^]/uy;
/** After which a text stands alone, so that it is all that goes through a pipe. */
const BEFORE_TEXT = [undefined, "(", "=", "if", "with", "range"];

/**
 * Finds the partials that a template includes by their names: what is computed
 * is not known. Partials themselves are no templates: what stands in them
 * includes nothing.
 */
export function inclusionsOf(template: string): Inclusion[] {
  return [...actionsOf(template)].flatMap(inclusionsIn);
}

/** The file of a partial. A name that begins with a slash is below the folder, too (path.Join). */
export function pathOfPartial(
  partial: string,
  { cwd, env }: {
    cwd: string;
    env: Readonly<Record<string, string | undefined>>;
  },
): string {
  return resolve(cwd, join(env["FC_PARTIALS"] ?? "", partial));
}

/** What stands between `{{` and `}}`, without comments; nothing after one that has no end, as Go cannot read such a template. */
function* actionsOf(template: string): Iterable<Token[]> {
  let offset = 0;
  while ((offset = template.indexOf("{{", offset)) >= 0) {
    const afterComment = endOf(COMMENT, template, offset);
    if (afterComment !== undefined) {
      offset = afterComment;
      continue;
    }
    const tokens: Token[] = [];
    let isClosed = false;
    offset = endOf(OPENING, template, offset) ?? template.length;
    while (!isClosed) {
      const end = endOf(TOKEN, template, offset);
      if (end === undefined) return;
      const text = template.slice(offset, end);
      if (text === "}}") isClosed = true;
      else if (text.trim()) tokens.push({ text, offset });
      offset = end;
    }
    yield tokens;
  }
}

/** Where a pattern ends that begins at an offset. */
function endOf(
  pattern: RegExp,
  text: string,
  offset: number,
): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function inclusionsIn(tokens: readonly Token[]): Inclusion[] {
  return tokens.flatMap(({ text, offset }, i) => {
    if (text !== "include") return [];
    const [before, name, pipe] = [-3, -2, -1].map((it) => tokens[i + it]?.text);
    const isPiped = pipe === "|" && BEFORE_TEXT.includes(before);
    const partial = textOf(tokens[i + 1]?.text) ??
      (isPiped ? textOf(name) : undefined);
    return partial === undefined ? [] : [{ partial, offset }];
  });
}

/** The text that a token stands for; undefined if it is none. */
function textOf(token = ""): string | undefined {
  if (token.startsWith("`")) return token.slice(1, -1).replaceAll("\r", "");
  if (!token.startsWith('"')) return undefined;
  try {
    // Escapes that only Go knows are too rare in names of files.
    return JSON.parse(token);
  } catch {
    return undefined;
  }
}
