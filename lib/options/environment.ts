/**
 * Reads the options that are given as environment variables.
 *
 * @module
 */

import { environmentTwin } from "../environment_twin.ts";
import { parseSwitch, type RawValues } from "./raw.ts";
import { OPTIONS } from "./table.ts";

/**
 * Reads the environment twins; of a repeatable option, each line is a value.
 *
 * @throws {UsageError} If a switch is neither on nor off.
 */
export function parseEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): RawValues {
  const values: RawValues = {};
  for (const { name, value: takes, repeatable, isQuestion } of OPTIONS) {
    if (isQuestion) continue;
    const variable = environmentTwin(name);
    const text = env[variable];
    if (!text) continue;
    if (repeatable) values[name] = text.split("\n").filter(Boolean);
    else values[name] = takes ? text : parseSwitch(variable, text);
  }
  return values;
}
