/**
 * Everything that happens, as data: what the report writes as text is one of
 * these, and with `--log-format=json` each line is one.
 *
 * `deno task docs` makes doc/events.md of this file. Names and types are
 * stable: events and fields may be added.
 *
 * @module
 */

import { formatDuration } from "./duration.ts";
import { visible } from "./redact.ts";
import type { Exit, ExitPolicy, Outcome } from "./supervise/supervisor.ts";

/** What is wrong with a file. */
export interface Fault {
  /** One line or more. */
  reason: string;
  /** The file with the fault, as the user knows it. */
  file?: string | undefined;
  /** From 1. */
  line?: number | undefined;
  /** From 1, in characters. */
  column?: number | undefined;
  /** The lines around the fault, without values that may be secret. */
  frame?: string | undefined;
}

/** How a process ended. */
export interface End {
  /** Of one that a signal ended, 128 and its number. */
  exit_code?: number | undefined;
  /** The signal that ended it, such as `SIGKILL`. */
  signal?: string | undefined;
}

/** When it is tried again. */
export interface Retry {
  /** Time until then, in milliseconds; absent if only a change does that. */
  retry_ms?: number | undefined;
}

/** What follows the exit of a process. */
export interface Next extends Retry {
  /** Whether it is started again (`restart`), at the next change (`wait`), or the program exits, too. */
  next: ExitPolicy;
}

/** A process. */
export interface Process {
  /** Number of the process. */
  pid: number;
  /** The name of the program; a gateway if absent. */
  name?: string | undefined;
}

/** Watching begins. */
export interface Watching {
  event: "watching";
  /** Number of files that are watched; `null` while a large folder is being listed. */
  inputs: number | null;
  /** The program and its arguments. */
  command: readonly string[];
  /** The configuration file, as it was given. */
  config?: string | undefined;
  /** How the port passes to the next gateway: `shared`, or `swap` if the old one must stop first. */
  handover?: "shared" | "swap" | undefined;
  /** Why the port cannot be shared. */
  reason?: string | undefined;
}

/** A change is complete, and a gateway is started with it. */
export interface Reloading {
  event: "reloading";
  config: string;
  /** The files that have changed, absolute; none at the start. */
  changes: readonly string[];
  /** The same, relative to the working folder where they are in it. */
  names: readonly string[];
  /** Each change of the configuration in a line, without values that may be secret. */
  differences: readonly string[];
  /** Whether a gateway is running. */
  is_running: boolean;
  /** Whether a signal or a key asked for it. */
  is_forced: boolean;
  /** From the first sign of the change, in milliseconds. */
  took_ms: number;
}

/** A check that a signal or a key asked for has passed. */
export interface Checked {
  event: "checked";
  config: string;
  /** Whether the gateway runs with it. */
  is_active: boolean;
  took_ms: number;
}

/** A configuration with which no gateway can run. The one that runs, if any, was not touched. */
export interface Rejected extends Fault, End, Retry {
  event: "rejected";
  config: string;
  is_running: boolean;
}

/** The files are again as the gateway that runs has them. */
export interface Reverted {
  event: "reverted";
  config: string;
}

/** A process was started. */
export interface Starting extends Process {
  event: "starting";
}

/** A gateway serves. */
export interface Ready {
  event: "ready";
  pid: number;
  /** Absent if only the gateway knows it. */
  port?: number | undefined;
  /** From its start, in milliseconds. */
  boot_ms: number;
  handover: "shared" | "swap";
  /** For how long no gateway listened, in milliseconds: 0 if handed over; absent at the first start. */
  down_ms?: number | undefined;
  /** Whether it runs the last configuration that worked, in place of a newer one that failed. */
  is_rollback: boolean;
}

/** A gateway runs, does not listen in time, and there is no other to run. */
export interface NotReady {
  event: "not_ready";
  pid: number;
  /** Where it should listen, as seen from this machine. */
  hostname: string;
  port?: number | undefined;
  /** The ready timeout, in milliseconds. */
  timeout_ms: number;
}

/** A gateway with a new configuration failed, and the last configuration that worked runs again. */
export interface RolledBack extends Fault, End, Retry {
  event: "rolled_back";
  config: string;
}

/** SIGTERM was sent to a process. */
export interface Terminating extends Process {
  event: "terminating";
}

/** A gateway that was replaced has finished its requests, and exited. */
export interface Drained extends Process {
  event: "drained";
}

/** A process did not exit in time, and gets SIGKILL. */
export interface Killing extends Process {
  event: "killing";
}

/** A process exited by itself. */
export interface Exited extends End, Next {
  event: "exited";
  name?: string | undefined;
  /** Why, if that was seen. */
  reason?: string | undefined;
}

/** A process could not be started. */
export interface StartFailed extends Next {
  event: "start_failed";
  reason: string;
  name?: string | undefined;
}

/** A check could not be run, so that nothing is known of the configuration; it is repeated. */
export interface CheckFailed {
  event: "check_failed";
  config: string;
  reason: string;
  /** Time until it is checked again, in milliseconds. */
  retry_ms: number;
}

/** A repeated check has passed. */
export interface Passed {
  event: "passed";
  command: readonly string[];
  took_ms: number;
}

/** A repeated check has failed; its output is on standard output. */
export interface Failed extends Fault {
  event: "failed";
  command: readonly string[];
}

/** Files have changed, and the command of another program is run. */
export interface Running {
  event: "running";
  command: readonly string[];
  changes: readonly string[];
  names: readonly string[];
  /** Whether it is a service that is started again. */
  is_service: boolean;
  /** Whether each file has a run of its own. */
  is_per_file: boolean;
}

/** Files have changed while the command of another program runs: it runs again afterwards. */
export interface Queued {
  event: "queued";
  command: readonly string[];
  names: readonly string[];
  /** How long the command has run, in milliseconds. */
  ran_ms: number;
}

/** The command of another program has ended. */
export interface Ended extends End {
  event: "ended";
  command: readonly string[];
  /** The file that it ran for, if it runs for each. */
  names: readonly string[];
  ran_ms: number;
}

/** A signal, a key or the end of the terminal. */
export interface Received {
  event: "signal";
  /** Where it came from, such as `SIGHUP` or `key r`. */
  signal: string;
}

/** An environment variable has a name like an option's, but there is no such option. */
export interface UnknownVariable {
  event: "unknown_variable";
  /** Its name. */
  variable: string;
  /** What was probably meant. */
  hint: string;
}

/** The command of --on-event failed. */
export interface OnEventFailed {
  event: "on_event_failed";
  reason: string;
  /** Whether it has failed before; then only --verbose shows it. */
  is_repeated: boolean;
  /** Number of events that were dropped so far, as the command was too slow. */
  dropped?: number | undefined;
}

/** The program cannot go on: the command line, or what it names, cannot be used. */
export interface Fatal {
  event: "fatal";
  /** That of krakend-watch. */
  exit_code: number;
  reason: string;
}

/** Anything else that needs attention. */
export interface Warning extends Fault {
  event: "warning";
}

/** Something unexpected went wrong inside; the gateway is not affected. */
export interface InternalError {
  event: "error";
  reason: string;
}

/** Anything else that is worth a line. */
export interface Info {
  event: "info";
  reason: string;
}

/** One event. */
export type Event =
  | Watching
  | Reloading
  | Checked
  | Rejected
  | Reverted
  | Starting
  | Ready
  | NotReady
  | RolledBack
  | Terminating
  | Drained
  | Killing
  | Exited
  | StartFailed
  | CheckFailed
  | Passed
  | Failed
  | Running
  | Queued
  | Ended
  | Received
  | UnknownVariable
  | OnEventFailed
  | Fatal
  | Warning
  | InternalError
  | Info;

/** How much an event matters. */
export type Level = "error" | "warning" | "info" | "debug";

/** The other fields of every line of the log. */
export interface Common {
  /** RFC 3339, in UTC. */
  time: string;
  level: Level;
  /** The text of the log; can have several lines. */
  message: string;
}

/** An event as it is written: one line of JSON. */
export type EventRecord = Common & Event;

/** Returns an event with what every line has. Times are rounded to a tenth of a millisecond. */
export function recordOf(event: Event): EventRecord {
  const fields = Object.entries(event)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [
      name,
      typeof value === "number" ? Math.round(value * 10) / 10 : value,
    ]);
  return {
    time: new Date().toISOString(),
    level: levelOf(event),
    event: event.event,
    message: textOf(inOneLine(event)),
    ...Object.fromEntries(fields),
  };
}

/** Returns an event as a line of JSON, in which no character acts on a terminal, or reorders or hides others. */
export function jsonOf(record: EventRecord): string {
  const escape = (it: string) =>
    it.split("").map((unit) =>
      `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    ).join("");
  return JSON.stringify(record).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
}

/** Events with a reason of several lines, in which names are visible already. */
const LONG_REASONS = ["rejected", "rolled_back", "failed", "warning", "info"];

/** Returns an event in which nothing from outside, such as the name of a file, can begin a line of the log. */
function inOneLine(event: Event): Event {
  const isLong = LONG_REASONS.includes(event.event);
  const shown = Object.entries(event).map(([name, value]) => {
    if (isLong && (name === "reason" || name === "frame")) return [name, value];
    if (Array.isArray(value)) return [name, value.map(visible)];
    return [name, typeof value === "string" ? visible(value) : value];
  });
  return Object.fromEntries(shown);
}

/** Returns how much an event matters. */
export function levelOf(event: Event): Level {
  switch (event.event) {
    case "rejected":
    case "rolled_back":
    case "exited":
    case "start_failed":
    case "failed":
    case "fatal":
    case "error":
      return "error";
    case "not_ready":
    case "killing":
    case "check_failed":
    case "unknown_variable":
    case "warning":
      return "warning";
    case "on_event_failed":
      return event.is_repeated ? "debug" : "warning";
    case "ended":
      return event.exit_code === 0 ? "info" : "error";
    case "running":
      // Of a run for each file, its end is enough.
      return event.is_per_file ? "debug" : "info";
    case "starting":
    case "terminating":
    case "drained":
    case "signal":
      return "debug";
    default:
      return "info";
  }
}

/** Returns an event as text: a line, or several. */
export function textOf(event: Event): string {
  switch (event.event) {
    case "watching":
      return watchingText(event);
    case "reloading":
      return reloadingText(event);
    case "checked": {
      const state = event.is_active
        ? "and nothing has changed"
        : "and differs from the configuration that runs";
      return `${event.config} is fine (${
        formatDuration(event.took_ms)
      }), ${state}`;
    }
    case "rejected": {
      const consequence = event.is_running
        ? "the gateway goes on with the configuration it has"
        : "no gateway runs until it is mended";
      return `${event.config} is refused, ${consequence}${retryText(event)}\n${
        reasonText(event)
      }`;
    }
    case "reverted":
      return `${event.config} is again as the gateway has it`;
    case "starting":
      return `${event.name ?? "gateway"} started (process ${event.pid})`;
    case "ready": {
      const with_ = event.is_rollback
        ? " with the last configuration that worked"
        : "";
      const down = event.down_ms
        ? `, down for ${formatDuration(event.down_ms)}`
        : "";
      return `ready in ${formatDuration(event.boot_ms)}${with_}${down}`;
    }
    case "not_ready": {
      const { hostname, port, timeout_ms } = event;
      const where = port === undefined ? "" : ` on ${hostname}:${port}`;
      return `the gateway runs but does not listen${where} after ${
        formatDuration(timeout_ms)
      } (--ready-timeout)`;
    }
    case "rolled_back":
      return `${event.config} does not work, going back to the last configuration that worked${
        retryText(event)
      }\n${reasonText(event)}`;
    case "terminating":
      return `sent SIGTERM to ${
        event.name ?? "the gateway"
      } (process ${event.pid})`;
    case "drained":
      return `the old gateway has exited (process ${event.pid})`;
    case "killing":
      return `killing ${event.name ?? "the gateway"} (process ${event.pid})`;
    case "exited":
      return `${event.name ?? "the gateway"} ${howItEnded(event)}${
        event.reason === undefined ? "" : `, as ${event.reason}`
      }; ${nextText(event)}`;
    case "start_failed":
      return `cannot start ${event.name ?? "the gateway"}: ${event.reason}; ${
        nextText(event)
      }`;
    case "check_failed":
      return `${event.config} could not be checked: ${event.reason}; next try in ${
        formatDuration(event.retry_ms)
      }, or at the next change`;
    case "passed":
      return `${event.command[1] ?? "check"} passed (${
        formatDuration(event.took_ms)
      })`;
    case "failed":
      return `${event.command[1] ?? "check"} failed`;
    case "running": {
      const verb = event.is_service ? "restarting" : "running";
      return `${namesText(event.names)} changed, ${verb} ${event.command[0]}`;
    }
    case "queued": {
      const hint = event.ran_ms < LONG_MS
        ? ""
        : `; it has run for ${
          formatDuration(event.ran_ms)
        }, --start-service restarts what does not end`;
      return `${namesText(event.names)} changed while ${
        event.command[0]
      } runs: it runs again afterwards${hint}`;
    }
    case "ended":
      return endedText(event);
    case "signal":
      return `got ${event.signal}`;
    case "unknown_variable":
      return `${event.variable} stands for no option: ${event.hint}`;
    case "on_event_failed":
      return `the command of --on-event ${event.reason}`;
    case "warning":
      return reasonText(event);
    case "fatal":
    case "error":
    case "info":
      return event.reason;
  }
}

/** Returns how a process ended as fields of an event. */
export function exitFields({ code, signal }: Exit): End {
  return { exit_code: code, signal };
}

/** Returns the event of a process that exited by itself, or could not be started. */
export function exitEvent(
  { exit, next, retryMs }: Outcome<unknown> & { readonly kind: "exited" },
  { name, reason }: { name?: string; reason?: string | undefined } = {},
): Exited | StartFailed {
  const follows = {
    name,
    next,
    retry_ms: next === "restart" ? retryMs : undefined,
  };
  return exit.error === undefined
    ? { event: "exited", ...follows, ...exitFields(exit), reason }
    : { event: "start_failed", ...follows, reason: exit.error };
}

/** Returns how a process ended, such as `exited with code 1`. */
export function howItEnded({ exit_code, signal }: End): string {
  return signal ? `was ended by ${signal}` : `exited with code ${exit_code}`;
}

/** A command that has run for so long may be one that does not end, in milliseconds. */
const LONG_MS = 10_000;
/** The most names of files in a line. */
const MOST_NAMES = 5;
/** Differences that are longer than this together have a line each, in characters. */
const LONGEST_LIST = 80;

/** Returns `a, b and 3 more`. */
function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function watchingText({ inputs, command, config, handover, reason }: Watching) {
  const others = (inputs ?? 0) - 1;
  const files = config === undefined
    ? inputs === null ? "files" : `${inputs} ${inputs === 1 ? "file" : "files"}`
    : inputs === null
    ? `${config} and more`
    : others > 0
    ? `${config} and ${others} more`
    : config;
  const way = handover === "swap"
    ? `\na reload stops the old gateway before the new one listens${
      reason ? `: ${reason}` : ""
    }`
    : "";
  return `watching ${files} for ${command.join(" ")}${way}`;
}

function reloadingText(event: Reloading): string {
  const { config, differences, is_running, is_forced } = event;
  if (!is_running) return `starting the gateway with ${config}`;
  const what = is_forced
    ? "reloading the gateway as asked"
    : `${namesText(event.names)} changed, reloading the gateway`;
  if (differences.length === 0) return what;
  const list = differences.join(", ");
  return list.length <= LONGEST_LIST
    ? `${what}: ${list}`
    : `${what}:\n${differences.join("\n")}`;
}

function endedText({ command, names, ran_ms, ...exit }: Ended): string {
  const how = exit.signal
    ? `was ended by ${exit.signal}`
    : exit.exit_code === 0
    ? "succeeded"
    : `failed with code ${exit.exit_code}`;
  const what = names.length > 0 ? ` for ${namesText(names)}` : "";
  return `${command[0]} ${how}${what} (${formatDuration(ran_ms)})`;
}

/** Returns a reason, with the frame behind the line that names the place. */
export function reasonText({ reason, frame }: Fault) {
  if (!frame) return reason;
  const [first = "", ...rest] = reason.split("\n");
  return [first, frame, ...rest].join("\n");
}

function retryText({ retry_ms }: Retry): string {
  return retry_ms === undefined
    ? ""
    : `; next try in ${formatDuration(retry_ms)}, or at the next change`;
}

function nextText({ next, retry_ms = 0 }: Next) {
  switch (next) {
    case "restart":
      if (retry_ms === 0) return "starting it again";
      return `next start in ${formatDuration(retry_ms)}, or at the next change`;
    case "wait":
      return "next start at the next change";
    case "exit":
      return "exiting, too";
  }
}
