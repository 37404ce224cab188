/**
 * The environment variables that stand for options.
 *
 * @module
 */

/** The prefix of the environment twins. None of these variables may reach the gateway. */
export const ENVIRONMENT_PREFIX = "KRAKEND_WATCH_";

/** The variable that holds the name of an event for the command of `--on-event`. */
export const EVENT_VARIABLE = `${ENVIRONMENT_PREFIX}EVENT`;

/** The variables that are ours and stand for no option: those that commands are given. */
export const GIVEN_VARIABLES: readonly string[] = [
  EVENT_VARIABLE,
  `${ENVIRONMENT_PREFIX}CHANGED`,
];

/** The environment variable that stands for an option. */
export function environmentTwin(name: string): string {
  return ENVIRONMENT_PREFIX + name.toUpperCase().replaceAll("-", "_");
}
