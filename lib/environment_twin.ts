/**
 * The environment variables that stand for options.
 *
 * @module
 */

/** The prefix of the environment twins. None of these variables may reach the gateway. */
export const ENVIRONMENT_PREFIX = "KRAKEND_WATCH_";

/** The environment variable that stands for an option. */
export function environmentTwin(name: string): string {
  return ENVIRONMENT_PREFIX + name.toUpperCase().replaceAll("-", "_");
}
