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
  error(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  info(text: string, fields?: Fields): void;
  debug(text: string, fields?: Fields): void;
}

/** What a machine may want to know besides the text, such as `file` and `line`. */
export type Fields = Readonly<Record<string, string | number>>;

/** Options for {@linkcode createReporter}. */
export interface ReporterOptions {
  verbosity?: "quiet" | "normal" | "verbose";
  color: boolean;
  /** `json` writes one object a line: `time` (RFC 3339), `level`, `message`, and fields. */
  logFormat?: "text" | "json";
  /** Takes one line, without its end. */
  write: (line: string) => void;
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

/** Makes a reporter. Lines after the first of a text are indented. */
export function createReporter(options: ReporterOptions): Reporter {
  const { verbosity = "normal", color, logFormat = "text", write } = options;
  const at = (level: Level) => (text: string, fields: Fields = {}) => {
    if (!SHOWN[verbosity].includes(level)) return;
    if (logFormat === "json") {
      const time = new Date().toISOString();
      write(JSON.stringify({ time, level, message: text, ...fields }));
      return;
    }
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
