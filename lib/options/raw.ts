/**
 * Options as they are written, before their values are understood.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/** The value of an option: a text, of a switch whether it is on, of a repeatable option one text each. */
export type RawValue = string | boolean | readonly string[];

/** The options that are given, by name. */
export type RawValues = Record<string, RawValue>;

/** The values of a repeatable option; none if it is not given. */
export function textsOf(value: RawValue | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Whether a switch is on.
 *
 * @param source Where the text stands, such as `--no-check`.
 * @throws {UsageError} If the text is neither a yes nor a no.
 */
export function parseSwitch(source: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UsageError(
    `Cannot parse "${source}" as a switch: got "${text}", write 1 or 0, true or false, yes or no, on or off`,
  );
}

/** Options of which only one can hold. */
const ALTERNATIVES = [
  { one: "verbose", other: "quiet" },
  { one: "only-files", other: "only-dirs" },
] as const;

/**
 * Lets the command line win over the environment.
 *
 * @throws {UsageError} If two options exclude each other.
 */
export function merge(environment: RawValues, given: RawValues): RawValues {
  const raw = { ...environment, ...given };
  for (const { one, other } of ALTERNATIVES) {
    if (given[one] && !given[other]) delete raw[other];
    if (given[other] && !given[one]) delete raw[one];
    if (raw[one] === true && raw[other] === true) {
      throw new UsageError(`--${one} and --${other} exclude each other`);
    }
  }
  return raw;
}
