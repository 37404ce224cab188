/**
 * The options that say when and how a gateway is replaced.
 *
 * @module
 */

import type { OptionGroup } from "../option_spec.ts";

/** What may become of a setting that the schema does not know. */
export const LINT_LEVELS = ["off", "warn", "error"] as const;

/** What may follow when a gateway leaves unasked. */
export const EXIT_SEQUELS = ["restart", "wait", "exit"] as const;

/** When and how a gateway is replaced. */
export const RESTARTING: OptionGroup = {
  title: "Restarting",
  options: [
    {
      name: "shutdown-timeout",
      short: "t",
      value: "DURATION",
      default: "10s",
      common: true,
      help: "time the gateway has to finish its requests before it is killed",
    },
    {
      name: "settle",
      value: "DURATION",
      default: "100ms",
      help: "how long files must be still before a failed check is believed",
    },
    {
      name: "no-check",
      common: true,
      help: "restart on every change without asking krakend check first",
    },
    {
      name: "lint",
      value: "LEVEL",
      choices: LINT_LEVELS,
      implied: "warn",
      help:
        "look up every setting in the schema, too: warn, or error to refuse",
    },
    {
      name: "ready-timeout",
      value: "DURATION",
      default: "10s",
      help: "how long a new gateway may take until it answers",
    },
    {
      name: "no-rollback",
      help: "keep trying a configuration that does not become ready",
    },
    {
      name: "on-exit",
      value: "WHAT",
      choices: EXIT_SEQUELS,
      default: "restart",
      help:
        "when the gateway leaves unasked: restart it, wait for a change, or exit with its code",
    },
    {
      name: "max-restarts",
      value: "NUMBER",
      help:
        "exit when the gateway leaves unasked more often than this in a row",
    },
    {
      name: "restart-delay",
      value: "DURATION",
      default: "0s",
      help: "how long to wait before a change restarts the gateway",
    },
    {
      name: "jitter",
      value: "DURATION",
      default: "0s",
      help:
        "up to how much to add to that at random, so that replicas do not restart together",
    },
  ],
};
