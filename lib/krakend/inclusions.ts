/**
 * The partials that a template includes, read as Go reads templates
 * (text/template).
 *
 * @module
 */

/** A partial that a template includes. */
export interface Inclusion {
  /** Its name, as KrakenD joins it with FC_PARTIALS; undefined if the template computes it. */
  readonly partial: string | undefined;
  /** Offset of the word `include`, from 0, in UTF-16 code units. */
  readonly offset: number;
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

const COMMENT = /\{\{(?:-\s)?\s*\/\*[^]*?\*\//y;
const OPENING = /\{\{(?:-\s)?/y;
/** Space; texts, raw texts and characters; the end; names; any other character. */
const TOKEN =
  /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|[.$\p{L}\p{N}_]+|[^]/uy;
/** An action with more tokens is one that was never closed. */
const MOST_TOKENS = 10_000;
/** After these, a text stands alone, so that it is all that goes through a pipe. */
const BEFORE_TEXT = [undefined, "(", "=", "if", "with", "range"];

/** Finds the partials that a template includes. What stands in a partial includes nothing. */
export function inclusionsOf(template: string): Inclusion[] {
  return [...actionsOf(template)].flatMap(inclusionsIn);
}

/** Yields what stands between `{{` and `}}`, but comments; nothing after an action without end, where Go gives up. */
function* actionsOf(template: string): Iterable<Token[]> {
  let offset = 0;
  while ((offset = template.indexOf("{{", offset)) >= 0) {
    const afterComment = endOf(COMMENT, template, offset);
    if (afterComment !== undefined) {
      offset = afterComment;
      continue;
    }
    const tokens: Token[] = [];
    offset = endOf(OPENING, template, offset) ?? template.length;
    for (let text = ""; text !== "}}"; offset += text.length) {
      const end = endOf(TOKEN, template, offset);
      if (end === undefined || tokens.length > MOST_TOKENS) return;
      text = template.slice(offset, end);
      if (text.trim() && text !== "}}") tokens.push({ text, offset });
    }
    yield tokens;
  }
}

/** Returns where a match that begins at an offset ends. */
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
    return [{ partial, offset }];
  });
}

/** Returns the text that a token stands for; undefined if it is none. */
function textOf(token = ""): string | undefined {
  if (token.startsWith("`")) return token.slice(1, -1).replaceAll("\r", "");
  try {
    // Escapes that only Go knows are too rare in names of files.
    return token.startsWith('"') ? JSON.parse(token) : undefined;
  } catch {
    return undefined;
  }
}
