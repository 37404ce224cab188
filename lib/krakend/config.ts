/**
 * Reads a configuration as KrakenD does.
 *
 * @module
 */

import { extname, join } from "@std/path";
import { parse as parseToml } from "@std/toml";
import { parse as parseYaml } from "@std/yaml";
import { whenFree } from "../system/file_lock.ts";

/** The formats that KrakenD tells apart, by the file's extension alone (krakend-koanf). */
export type Format = "json" | "yaml" | "toml";

/** The format in which KrakenD reads a file. */
export function formatOf(path: string): Format {
  // KrakenD compares without folding the case: x.YAML is JSON.
  switch (extname(path)) {
    case ".yml":
    case ".yaml":
      return "yaml";
    case ".toml":
      return "toml";
    default:
      return "json";
  }
}

/** Whether a file that is cut short anywhere is always a broken one. */
export function noticesTruncation(format: Format): boolean {
  return format === "json";
}

/**
 * Parses a configuration.
 *
 * @throws {SyntaxError} If the text is not of this format.
 */
export function parseConfig(text: string, format: Format): unknown {
  switch (format) {
    case "json":
      return JSON.parse(text);
    case "yaml":
      return parseYaml(text);
    case "toml":
      return parseToml(text);
  }
}

/** Where a configuration is to be read. */
export interface ConfigSource {
  readonly configFile: string;
  /** What flexible configuration made of the templates, if it is on. */
  readonly compiledFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads the configuration; undefined if only KrakenD can make sense of it. */
export async function readConfig(source: ConfigSource): Promise<unknown> {
  const { configFile, compiledFile, env } = source;
  const path = env["FC_ENABLE"] ? compiledFile : configFile;
  try {
    return parseConfig(
      await whenFree(() => Deno.readTextFile(path)),
      formatOf(path),
    );
  } catch {
    return undefined;
  }
}

/** The file for what is made of templates. */
export function compiledFileIn(
  folder: string,
  env: Readonly<Record<string, string>>,
): string {
  // KrakenD tells the format of what it compiles by the extension, too.
  return join(folder, `compiled${extname(env["FC_OUT"] ?? "") || ".json"}`);
}
