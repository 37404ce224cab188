/**
 * The last stage: tells the user what happens, one line per fact, on standard error.
 *
 * @module
 */

import * as colors from "@std/fmt/colors";

/** How much a line matters. */
export type Level = "error" | "warning" | "info" | "debug";

/** Tells the user. Never throws: a closed terminal must not take the gateway down. */
export interface Reporter {
  error(text: string): void;
  warn(text: string): void;
  info(text: string): void;
  debug(text: string): void;
}

/** Options for {@linkcode createReporter}. */
export interface ReporterOptions {
  verbosity: "quiet" | "normal" | "verbose";
  color: boolean;
  /** Takes one line, without its end. */
  write: (line: string) => void;
}

const SHOWN: Record<ReporterOptions["verbosity"], readonly Level[]> = {
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

/** Makes a reporter. Lines after the first of a text are indented. */
export function createReporter(options: ReporterOptions): Reporter {
  const { verbosity, color, write } = options;
  const at = (level: Level) => (text: string) => {
    if (!SHOWN[verbosity].includes(level)) return;
    const [first = "", ...rest] = text.trimEnd().split("\n");
    const label = level === "error" || level === "warning" ? `${level}: ` : "";
    const prefix = color ? colors.cyan(PREFIX) : PREFIX;
    for (const line of [`${label}${first}`, ...rest.map((l) => `  ${l}`)]) {
      write(prefix + (color ? PAINT[level](line) : line));
    }
  };
  return {
    error: at("error"),
    warn: at("warning"),
    info: at("info"),
    debug: at("debug"),
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

/** Writes a line to standard error, whole, and shrugs if nobody is there to read it. */
export function writeToStderr(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch {
    // There is no better place to say that this place is gone.
  }
}
