/**
 * The environment of another program's command.
 *
 * @module
 */

import { ENVIRONMENT_PREFIX } from "../environment_twin.ts";

/** Names the variable that tells a command what has changed, one path a line. */
export const CHANGED = `${ENVIRONMENT_PREFIX}CHANGED`;

/** The most that the variable holds, in bytes: Linux takes no string of more than 128 KiB. */
const MOST_BYTES = 100_000;

/** What the variable holds instead: the working folder, in which all that is. */
const EVERYTHING = ".";

type Environment = Readonly<Record<string, string>>;

/** Our own environment without what is meant for us. */
export function commandEnvironment(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) =>
      !name.startsWith(ENVIRONMENT_PREFIX)
    ),
  );
}

/** The same environment, with the names of what has changed; without any, as it is. */
export function withChanges(
  env: Environment,
  names: readonly string[],
): Environment {
  if (names.length === 0) return env;
  const text = names.join("\n");
  const { length } = new TextEncoder().encode(text);
  return { ...env, [CHANGED]: length > MOST_BYTES ? EVERYTHING : text };
}
