/**
 * Writes events to standard error, as text or JSON. Standard output and the
 * rest of standard error are the gateway's.
 *
 * @module
 */

import { cyan, dim, red, yellow } from "@std/fmt/colors";
import {
  type Event,
  type EventRecord,
  jsonOf,
  type Level,
  recordOf,
} from "./event.ts";
import { Output } from "./output.ts";
import { visible } from "./redact.ts";

/** Takes an event. Never throws, and never waits. */
export type Report = (event: Event) => void;

/** Options for {@linkcode Reporter}. */
export interface ReporterOptions {
  readonly verbosity: "quiet" | "normal" | "verbose";
  readonly logFormat: "text" | "json";
  readonly color: boolean;
}

const SHOWN: Readonly<Record<ReporterOptions["verbosity"], readonly Level[]>> =
  {
    quiet: ["error", "warning"],
    normal: ["error", "warning", "info"],
    verbose: ["error", "warning", "info", "debug"],
  };

const PREFIX = "krakend-watch: ";

/** Writes events. */
export class Reporter implements AsyncDisposable {
  readonly #options: ReporterOptions;
  readonly #output: Output;
  /** The reason of the last configuration that was refused, until something else comes of one. */
  #refusal: string | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#output = new Output(Deno.stderr, (count) => {
      const reason =
        `${count} events were dropped, as standard error was not read`;
      this.write(recordOf({ event: "warning", reason }));
    });
  }

  /** Writes an event, soon. */
  write(record: EventRecord): void {
    const { verbosity, logFormat } = this.#options;
    if (!SHOWN[verbosity].includes(record.level)) return;
    const text = logFormat === "json" ? jsonOf(record) : this.#linesOf(record);
    this.#output.write(`${text}\n`);
  }

  /** Waits for what is not written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output[Symbol.asyncDispose]();
  }

  /** Lines after the first are indented. They are written at once, so that no line of the gateway's comes between them. */
  #linesOf(record: EventRecord): string {
    const { color } = this.#options;
    const { level } = record;
    const label = level === "error" || level === "warning" ? `${level}: ` : "";
    return this.#messageOf(record).split("\n").map((line, i) => {
      const text = i === 0 ? `${label}${visible(line)}` : `  ${visible(line)}`;
      return color ? paint(text, level, i) : PREFIX + text;
    }).join("\n");
  }

  /** Returns the text of an event: of a reason that it has in common with the last one, the first line is enough. */
  #messageOf(record: EventRecord): string {
    const { event, message } = record;
    if (event === "rejected") {
      const { reason } = record;
      const isRepeated = reason === this.#refusal;
      this.#refusal = reason;
      const [first] = message.split("\n");
      return isRepeated
        ? `${first}; as before: ${reason.split("\n")[0]}`
        : message;
    }
    // Who asks for a check wants to see it all.
    const isOver = ["ready", "reverted", "checked", "signal"].includes(event);
    if (isOver) this.#refusal = undefined;
    return message;
  }
}

const COLORS: Readonly<Record<Level, (text: string) => string>> = {
  error: red,
  warning: yellow,
  info: (text) => text,
  debug: dim,
};
/** The number of the line at fault in a frame, and the carets below that. */
const MARK = /^ {2}> *\d+(?= \|)|(?<=^ +\|\s+)\^+$/;

/** Colours the sentence, the mark and the carets of an error; the lines of the file stay as they are. */
function paint(text: string, level: Level, index: number): string {
  const color = COLORS[level];
  const isPlain = index > 0 && level !== "debug";
  return cyan(PREFIX) + (isPlain ? text.replace(MARK, color) : color(text));
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
