/**
 * What is wrong with a file, and where.
 *
 * @module
 */

import type { Format } from "./config.ts";
import { findEncodingFault } from "./encoding.ts";
import { findJsonFaults } from "./json_fault.ts";
import { findYamlTomlFault } from "./yaml_toml_fault.ts";

/** One thing that is wrong with a file. */
export interface Fault {
  /** Where it begins, counted from 0, in UTF-16 code units. */
  readonly offset: number;
  /** How much of the text it is about, in UTF-16 code units; 0 at the end of the text. */
  readonly length: number;
  /** One sentence, without any value of the file. */
  readonly message: string;
  /** Whether the file can be used in spite of it. */
  readonly isWarning?: boolean;
}

/** Finds out what is wrong with the syntax of a configuration, the errors first. */
export function findFaults(bytes: Uint8Array, format: Format): Fault[] {
  const fault = findEncodingFault(bytes);
  if (fault) return [fault];
  const text = new TextDecoder().decode(bytes);
  if (format === "json") return findJsonFaults(text);
  const found = findYamlTomlFault(text, format);
  return found ? [found] : [];
}
