/**
 * The last stage: tells the user what happens, one line per fact, on standard error.
 *
 * @module
 */

import * as colors from "@std/fmt/colors";
import {
  type EventAt,
  type EventRecord,
  type Level,
  recordOf,
} from "./events.ts";

/**
 * Tells the user: in words, and with the event that they are about, for
 * machines. Never throws: a closed terminal must not take the gateway down.
 */
export interface Reporter {
  error(text: string, event?: EventAt<"error">): void;
  warn(text: string, event?: EventAt<"warning">): void;
  info(text: string, event?: EventAt<"info">): void;
  debug(text: string, event?: EventAt<"debug">): void;
}

/** Options for {@linkcode createReporter}. */
export interface ReporterOptions {
  verbosity?: "quiet" | "normal" | "verbose";
  color: boolean;
  /** `json` writes one object a line, as {@linkcode EventRecord} has it. */
  logFormat?: "text" | "json";
  /** Takes what is told at a time: one line or more, without the end of the last. */
  write: (text: string) => void;
}

const SHOWN: Record<"quiet" | "normal" | "verbose", readonly Level[]> = {
  quiet: ["error", "warning"],
  normal: ["error", "warning", "info"],
  verbose: ["error", "warning", "info", "debug"],
};

const PAINT: Record<Level, (text: string) => string> = {
  error: (text) => colors.red(text),
  warning: (text) => colors.yellow(text),
  info: (text) => text,
  debug: (text) => colors.dim(text),
};

const PREFIX = "krakend-watch: ";

/** Makes a reporter that writes lines. Those after the first of a text are indented. */
export function createReporter(options: ReporterOptions): Reporter {
  const { verbosity = "normal", color, logFormat = "text", write } = options;
  return reporterOf((record) => {
    const { level, message } = record;
    if (!SHOWN[verbosity].includes(level)) return;
    if (logFormat === "json") {
      write(JSON.stringify(record));
      return;
    }
    const [first = "", ...rest] = message.split("\n");
    const label = level === "error" || level === "warning" ? `${level}: ` : "";
    const prefix = color ? colors.cyan(PREFIX) : PREFIX;
    const lines = [`${label}${first}`, ...rest.map((line) => `  ${line}`)];
    // At once, so that nothing of the gateway's comes between them.
    write(
      lines.map((line) => prefix + (color ? PAINT[level](line) : line))
        .join("\n"),
    );
  });
}

/** Makes a reporter of whatever takes events. */
export function reporterOf(tell: (record: EventRecord) => void): Reporter {
  return {
    error: (text, event) => tell(recordOf("error", text, event)),
    warn: (text, event) => tell(recordOf("warning", text, event)),
    info: (text, event) => tell(recordOf("info", text, event)),
    debug: (text, event) => tell(recordOf("debug", text, event)),
  };
}

/** The same reporter, whose events are told to another listener, too. */
export function alsoTelling(
  report: Reporter,
  tell: (record: EventRecord) => void,
): Reporter {
  const also = reporterOf(tell);
  const both = <E>(
    first: (text: string, event?: E) => void,
    second: (text: string, event?: E) => void,
  ) =>
  (text: string, event?: E) => {
    first(text, event);
    second(text, event);
  };
  return {
    error: both(report.error, also.error),
    warn: both(report.warn, also.warn),
    info: both(report.info, also.info),
    debug: both(report.debug, also.debug),
  };
}

/** Whether to colour what goes to standard error. */
export function wantsColor(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  // https://no-color.org and https://force-color.org: any value but an empty one counts.
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

/** Writes lines to standard error, whole, and shrugs if nobody is there to read it. */
export function writeToStderr(text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch {
    // There is no better place to say that this place is gone.
  }
}
