/**
 * Reads the options that are given as environment variables.
 *
 * @module
 */

import {
  ENVIRONMENT_PREFIX,
  environmentTwin,
  GIVEN_VARIABLES,
} from "../environment_twin.ts";
import { findNearest } from "../nearest.ts";
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

/** A variable that looks like an option and is none. */
export interface UnknownVariable {
  readonly variable: string;
  /** The variable that may be meant. */
  readonly nearest: string | undefined;
}

/** Finds variables that would be overlooked in silence. */
export function findUnknownVariables(
  env: Readonly<Record<string, string | undefined>>,
): UnknownVariable[] {
  const twins = OPTIONS.map(({ name }) => environmentTwin(name));
  const nameOf = (variable: string) =>
    variable.slice(ENVIRONMENT_PREFIX.length);
  return Object.keys(env)
    .filter((variable) => variable.startsWith(ENVIRONMENT_PREFIX))
    .filter((variable) => ![...twins, ...GIVEN_VARIABLES].includes(variable))
    .sort()
    .map((variable) => {
      const nearest = findNearest(nameOf(variable), twins.map(nameOf));
      return {
        variable,
        nearest: nearest && `${ENVIRONMENT_PREFIX}${nearest}`,
      };
    });
}
