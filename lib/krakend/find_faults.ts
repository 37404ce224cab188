/**
 * What is wrong with a file, and where.
 *
 * @module
 */

import type { Format } from "./config.ts";
import { findEncodingFault } from "./encoding.ts";
import type { Fault } from "./fault.ts";
import { findJsonFaults } from "./json_fault.ts";
import { findYamlTomlFault } from "./yaml_toml_fault.ts";

/** Finds out what is wrong with the syntax of a configuration, the errors first. */
export function findFaults(bytes: Uint8Array, format: Format): Fault[] {
  const fault = findEncodingFault(bytes);
  if (fault) return [fault];
  const text = new TextDecoder().decode(bytes);
  if (format === "json") return findJsonFaults(text);
  const found = findYamlTomlFault(text, format);
  return found ? [found] : [];
}
