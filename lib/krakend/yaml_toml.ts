/**
 * YAML and TOML as KrakenD's parsers take them, which is more than @std does.
 * Where a text has two readings, it only matters that a file which KrakenD
 * serves is not refused.
 *
 * @module
 */

type Table = Record<string, unknown>;

const MOST_VALUES = 5_000_000;

/** A text in quotes, which stays, or a tag such as `!Ref`. */
const YAML_TAG =
  /(?<quoted>"(?:[^"\\]|\\[^])*"|'[^']*')|(?<![^\s[{,])!(?:<[^>\s]*>|[^\s,[\]{}]*)/g;

/**
 * Parses the first document of a text, as KrakenD does (go-yaml).
 *
 * @throws {SyntaxError} If @std/yaml cannot read it.
 */
export async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import("@std/yaml");
  const document = firstDocument(text);
  let value: unknown;
  try {
    value = parse(document);
  } catch (error) {
    if (!/\btag\b/.test(String(error))) throw error;
    // go-yaml passes over tags that it does not know.
    value = parse(document.replaceAll(YAML_TAG, (_, quoted) => quoted ?? ""));
  }
  if (isTooLarge(value)) throw new SyntaxError("there are too many aliases");
  return value;
}

/** Whether aliases of aliases make a value of more parts than any file has; go-yaml refuses such a file. */
function isTooLarge(value: unknown): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    if (count > MOST_VALUES) return true;
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    for (const inner of Object.values(next)) open.push(inner);
  }
  return false;
}

/** Finds where @std/yaml stops reading, and why; undefined if it reads all. */
export async function findYamlFault(text: string) {
  try {
    await parseYaml(text);
    return undefined;
  } catch (error) {
    const { message = "", line, column } =
      /^(?:\w+: )?(?<message>.*?) at line (?<line>\d+), column (?<column>\d+)/
        .exec(String(error))?.groups ?? {};
    return line
      ? { message, line: Number(line), column: Number(column) }
      : undefined;
  }
}

/** Returns the first document of a text, with every line where it was. */
function firstDocument(text: string): string {
  const [preamble = ""] =
    /^(?:(?:[ \t]*(?:#.*)?|%.*)\r?\n)*---(?=\s|$)/.exec(text) ?? [];
  const rest = text.slice(preamble.length);
  const end = rest.search(/^(?:---|\.\.\.)(?:\s|$)/m);
  return preamble.replaceAll(/[^\n]/g, " ") +
    (end < 0 ? rest : rest.slice(0, end));
}

const TOML_TEXT = String
  .raw`"""(?:[^\\]|\\[^])*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'`;
const TOML_KEY = String.raw`[ \t]*(?:[\w-]+|${TOML_TEXT})[ \t]*`;
/** The header of a table, a text, a comment, a bracket or the end of a line. */
const TOML_TOKEN = new RegExp(
  String
    .raw`(?<=^[ \t]*)(?<item>\[)?\[(?<path>${TOML_KEY}(?:\.${TOML_KEY})*)\]\]?(?=[ \t]*(?:#.*)?\r?$)|${TOML_TEXT}|#.*|[[\]{}\n]`,
  "gm",
);

/**
 * Parses TOML as KrakenD does (go-toml 1.9): tables may come in any order, and
 * inline tables may go over several lines. @std/toml parses each section.
 *
 * @throws {SyntaxError} If @std/toml cannot read it.
 */
export async function parseToml(text: string): Promise<Table> {
  const { parse } = await import("@std/toml");
  const root: Table = {};
  let table = root;
  let section = "";
  let end = 0;
  const brackets: string[] = [];
  const keys = new Map<string, string[]>();
  for (const { 0: token, index, groups } of text.matchAll(TOML_TOKEN)) {
    section += text.slice(end, index);
    end = index + token.length;
    const { path, item } = groups ?? {};
    if (path !== undefined && brackets.length === 0) {
      merge(table, parse(section));
      section = "";
      const known = keys.get(path) ?? keysOf(parse(`${path} = 0`));
      keys.set(path, known);
      table = tableAt(root, known, item !== undefined);
      continue;
    }
    if (token === "[" || token === "{") brackets.push(token);
    else if (token === "]" || token === "}") brackets.pop();
    const isLineEnd = token === "\n" || token.startsWith("#");
    if (isLineEnd && brackets.length > 0) section += " ";
    // @std/toml takes "]}" for an empty table.
    else section += token === "}" ? " }" : token;
  }
  merge(table, parse(section + text.slice(end)));
  return root;
}

/** Returns the keys of a table in a table in a table. */
function keysOf(table: unknown): string[] {
  return isTable(table)
    ? Object.entries(table).flatMap(([key, it]) => [key, ...keysOf(it)])
    : [];
}

/** Returns the table of a header; those on the way to it are made as needed. */
function tableAt(root: Table, keys: readonly string[], isItem: boolean): Table {
  let table = root;
  for (const [i, key] of keys.entries()) {
    const isLast = i === keys.length - 1;
    const next = table[key] ??= isItem && isLast ? [] : {};
    if (isItem && isLast && Array.isArray(next)) next.push({});
    const inner = Array.isArray(next) ? next.at(-1) : next;
    if (!isTable(inner)) throw new SyntaxError(`"${key}" is no table`);
    table = inner;
  }
  return table;
}

function merge(table: Table, other: Table): void {
  for (const [key, value] of Object.entries(other)) {
    const own = table[key];
    if (isTable(own) && isTable(value)) merge(own, value);
    else table[key] = value;
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
