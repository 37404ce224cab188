/**
 * Where @std comes from, JSR or npm, and the import map that follows from it.
 *
 * Nothing here touches the outside world; `choose.ts` does. Neither uses @std,
 * as they run before it is known how to get it.
 *
 * @module
 */

/** Where @std comes from: JSR, or npm where JSR cannot be reached. */
export type Source = "jsr" | "npm";

/** The `imports` of a `deno.json` or of an import map. */
export type Imports = Readonly<Record<string, string>>;

/** A choice that was made by probing, as it is kept between two runs. */
export interface Memory {
  readonly source: Source;
  /** The @std versions it was made for; with others, it says nothing. */
  readonly versions: readonly string[];
  /** When it was made, in milliseconds since the epoch. */
  readonly chosenAt: number;
}

/** The facades over npm, by what they stand for; the files are in this folder. */
export const FACADES: Imports = {
  "@std/assert": "assert.ts",
  "@std/async": "async.ts",
  "@std/cli/parse-args": "parse_args.ts",
  "@std/fmt/colors": "colors.ts",
  "@std/fs": "fs.ts",
  "@std/path": "path.ts",
  "@std/path/posix": "path_posix.ts",
  "@std/text/levenshtein-distance": "levenshtein_distance.ts",
  "@std/yaml": "yaml.ts",
};

/** How long npm is kept before JSR is tried again, in milliseconds: a day. */
export const RETRY_MS = 24 * 60 * 60 * 1_000;

/** The way from the import map, which is .cache/std/import_map.json, to the project. */
const TO_ROOT = "../../";

/**
 * Reads the environment variable `STD_SOURCE`.
 *
 * @returns The source it names, or undefined if it is unset or empty.
 * @throws {SyntaxError} If it names something else.
 */
export function parseSource(text: string | undefined): Source | undefined {
  if (!text) return undefined;
  if (text === "jsr" || text === "npm") return text;
  throw new SyntaxError(
    `Cannot take @std from STD_SOURCE="${text}": write jsr or npm, or leave it unset`,
  );
}

/** Lists the @std entries of the imports, in an order of their own. */
export function stdVersions(imports: Imports): string[] {
  return Object.keys(imports).filter(isStd).map((key) => imports[key] ?? "")
    .sort();
}

/**
 * Reads what an earlier run wrote.
 *
 * @returns The memory, or undefined if the text is not one: then it is as if nothing was kept.
 */
export function parseMemory(text: string | undefined): Memory | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { source, versions, chosenAt } = value as Record<string, unknown>;
  const known = (source === "jsr" || source === "npm") &&
    Array.isArray(versions) && typeof chosenAt === "number";
  return known ? { source, versions, chosenAt } : undefined;
}

/**
 * Says which source is remembered, if that still holds.
 *
 * JSR is kept, since a network that reaches it mostly goes on doing so. npm is
 * kept for {@linkcode RETRY_MS}.
 *
 * @param memory What an earlier run kept.
 * @param versions The @std versions of today.
 * @param now The time, in milliseconds since the epoch.
 */
export function recall(
  memory: Memory | undefined,
  versions: readonly string[],
  now: number,
): Source | undefined {
  if (!memory || memory.versions.join() !== versions.join()) return undefined;
  // A clock that was put back must not keep npm for longer than a day.
  const age = Math.abs(now - memory.chosenAt);
  return memory.source === "jsr" || age < RETRY_MS ? memory.source : undefined;
}

/**
 * Makes the imports of the import map from those of `deno.json`.
 *
 * From JSR they are the same; from npm, facades take the place of @std.
 */
export function mapImports(source: Source, imports: Imports): Imports {
  const kept = Object.entries(imports)
    .filter(([key]) => source === "jsr" || !isStd(key))
    .flatMap(([key, value]) => asInImportMap(key, value, imports));
  const facades = Object.entries(FACADES)
    .map(([key, file]) => [key, `${TO_ROOT}scripts/std/${file}`] as const);
  return Object.fromEntries(source === "jsr" ? kept : [...kept, ...facades]);
}

/**
 * Says in an import map what an entry means in `deno.json`.
 *
 * There, Deno reads `@std/cli` as standing for `@std/cli/parse-args` too, and
 * takes paths from the project's folder. In an import map it does neither.
 */
function asInImportMap(
  key: string,
  value: string,
  imports: Imports,
): [string, string][] {
  if (/^\.\.?\//.test(value)) {
    return [[key, TO_ROOT + value.replace(/^\.\//, "")]];
  }
  const entry: [string, string] = [key, value];
  const match = /^(?<registry>jsr|npm):\/?(?<name>.+)$/.exec(value);
  if (!match || key.endsWith("/") || `${key}/` in imports) return [entry];
  const { registry, name } = match.groups as { registry: string; name: string };
  return [entry, [`${key}/`, `${registry}:/${name}/`]];
}

function isStd(key: string): boolean {
  return key.startsWith("@std/");
}
