/**
 * `@std/toml` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/toml/parse.js";

/**
 * Parses TOML.
 *
 * @throws {SyntaxError} If the text is not TOML.
 */
export const parse: (tomlString: string) => Record<string, unknown> = std.parse;
