/**
 * Every event that is told, in one table: for the code, which can tell no
 * other one, the documentation and its test. Names and fields are stable: one
 * may be added, none changes its meaning.
 *
 * @module
 */

import type { FieldName, FieldValue } from "./event_fields.ts";

/** How much an event matters. */
export type Level = "error" | "warning" | "info" | "debug";

/** One event. */
export interface EventSpec {
  /** The levels at which it is told. */
  readonly levels: readonly Level[];
  /** When it is told. */
  readonly help: string;
  /** The fields that it always has. */
  readonly fields?: readonly FieldName[];
  /** The fields that it may have. */
  readonly maybe?: readonly FieldName[];
}

/** The events, in the order in which they usually come. */
export const EVENTS = {
  watching: {
    levels: ["info"],
    help: "the watching begins",
    fields: ["inputs", "command"],
    maybe: ["config"],
  },
  approved: {
    levels: ["info"],
    help: "a change has passed the check, and a gateway is started with it",
    fields: ["config", "took_ms", "changes", "differences", "is_running"],
  },
  checked: {
    levels: ["info"],
    help: "a check that was asked for has passed; nothing follows from that",
    fields: ["config", "took_ms"],
  },
  rejected: {
    levels: ["error"],
    help: "a change is refused; the gateway goes on, if one runs",
    fields: ["config", "reason", "is_running"],
    maybe: ["file", "line", "column"],
  },
  postponed: {
    levels: ["info"],
    help: "the restart waits, as --restart-delay and --jitter say",
    fields: ["delay_ms"],
  },
  reverted: {
    levels: ["info"],
    help: "the files are again what the gateway runs with",
    fields: ["config"],
  },
  starting: {
    levels: ["debug"],
    help: "a gateway was started",
    fields: ["pid"],
  },
  ready: {
    levels: ["info"],
    help: "a gateway answers",
    fields: ["pid", "boot_ms", "configuration"],
    maybe: ["gap_ms"],
  },
  silent: {
    levels: ["warning"],
    help: "a gateway runs and does not answer in time",
    fields: ["hostname", "port"],
  },
  abandoned: {
    levels: ["error", "info"],
    help: "a new configuration does not become ready, the gateway that runs " +
      "was never touched; no error if files were being written",
    maybe: ["exit_code", "signal", "reason", "said", "retry_ms"],
  },
  restoring: {
    levels: ["error", "info"],
    help: "a new configuration does not become ready, the last one that " +
      "worked is started again; no error if files were being written",
    maybe: ["exit_code", "signal", "reason", "said", "retry_ms"],
  },
  terminating: {
    levels: ["debug"],
    help: "a gateway was told to leave, by SIGTERM",
    fields: ["pid"],
  },
  drained: {
    levels: ["debug"],
    help: "a gateway that was replaced has finished its requests and is gone",
    fields: ["pid"],
  },
  killing: {
    levels: ["warning"],
    help: "a gateway did not leave in time, and is killed",
    fields: ["pid"],
  },
  exited: {
    levels: ["error", "info"],
    help: "a gateway left unasked; no error if files were being written",
    fields: ["exit_code", "next"],
    maybe: ["signal", "retry_ms", "said"],
  },
  start_failed: {
    levels: ["error"],
    help: "a gateway could not be started",
    fields: ["reason", "next"],
    maybe: ["retry_ms"],
  },
  passed: {
    levels: ["info"],
    help: "a repeated check found nothing wrong",
    fields: ["command"],
    maybe: ["took_ms"],
  },
  failed: {
    levels: ["error"],
    help: "a repeated check failed; what it says is on standard output",
    fields: ["command"],
    maybe: ["file", "line", "column"],
  },
  running: {
    levels: ["info", "debug"],
    help: "files have changed, and another program's command is run for them",
    fields: ["command", "changes"],
  },
  ended: {
    levels: ["info", "error"],
    help: "another program's command has ended; an error if it failed",
    fields: ["command", "exit_code", "ran_ms"],
    maybe: ["signal"],
  },
  signal: {
    levels: ["debug"],
    help: "krakend-watch got a signal",
    fields: ["signal"],
  },
  unknown_variable: {
    levels: ["warning"],
    help: "an environment variable looks like an option and is none",
    fields: ["variable"],
  },
  on_event_failed: {
    levels: ["warning", "debug"],
    help: "the command of --on-event failed; a warning the first time",
    maybe: ["exit_code", "signal", "left_out"],
  },
  fatal: {
    levels: ["error"],
    help: "krakend-watch leaves: the command line, or what it names, is wrong",
    fields: ["exit_code"],
  },
  error: { levels: ["error"], help: "any other error" },
  warning: { levels: ["warning"], help: "any other warning" },
  info: { levels: ["info"], help: "anything else that is worth a line" },
  debug: { levels: ["debug"], help: "anything else that --verbose shows" },
} as const satisfies Readonly<Record<string, EventSpec>>;

/** The name of an event. */
export type EventName = keyof typeof EVENTS;

type Always<N extends EventName> = typeof EVENTS[N] extends
  { readonly fields: readonly (infer F extends FieldName)[] } ? F : never;

type Maybe<N extends EventName> = typeof EVENTS[N] extends
  { readonly maybe: readonly (infer F extends FieldName)[] } ? F : never;

/** An event by its name, with its fields. */
export type EventOf<N extends EventName> = N extends EventName ?
    & { readonly event: N }
    & { readonly [F in Always<N>]: FieldValue<F> }
    & { readonly [F in Maybe<N>]?: FieldValue<F> | undefined }
  : never;

type NamesAt<L extends Level> = {
  [N in EventName]: L extends typeof EVENTS[N]["levels"][number] ? N : never;
}[EventName];

/** The events that may be told at a level. */
export type EventAt<L extends Level> = EventOf<NamesAt<L>>;

/** An event as it is written: one line of the log as JSON. */
export type EventRecord = {
  /** When it was told, by RFC 3339 in UTC. */
  readonly time: string;
  readonly level: Level;
  readonly event: EventName;
  /** What the log as text says, without colours. */
  readonly message: string;
} & { readonly [F in FieldName]?: FieldValue<F> | undefined };

/** Puts an event together; without one, it is named after its level. Times are rounded to a tenth. */
export function recordOf<L extends Level>(
  level: L,
  message: string,
  event?: EventAt<L>,
): EventRecord {
  const time = new Date().toISOString();
  const fields = Object.entries(event ?? {}).map((
    [name, value],
  ) => [name, typeof value === "number" ? Math.round(value * 10) / 10 : value]);
  return {
    time,
    level,
    event: level,
    message: message.trimEnd(),
    ...Object.fromEntries(fields),
  };
}
