/**
 * `@std/yaml` from npm, with types, for networks without JSR.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix -- the facades alone use it
import * as std from "npm:deno-std@1.4.0/yaml/parse.js";

/** Options for {@linkcode parse}. */
export interface ParseOptions {
  /** Which types there are beyond texts, lists and maps. */
  schema?: "failsafe" | "json" | "core" | "default" | "extended";
  /** Whether the last of several equal keys wins instead of throwing. */
  allowDuplicateKeys?: boolean;
  /** Called with what is not worth throwing. */
  onWarning?(error: Error): void;
}

/**
 * Parses a YAML document.
 *
 * @throws {SyntaxError} If the text is not one YAML document.
 */
export const parse: (content: string, options?: ParseOptions) => unknown =
  std.parse;
