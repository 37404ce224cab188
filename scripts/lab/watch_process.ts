/**
 * krakend-watch as a process that can be observed.
 *
 * @module
 */

import { deadline } from "@std/async";
import { IMPORT_MAP, MAIN } from "../paths.ts";

/** It and all that it has started may take so long to end, in milliseconds. */
const LONGEST_END_MS = 30_000;

/** Options for {@linkcode startKrakendWatch}. */
export interface StartOptions {
  /** The arguments of krakend-watch. */
  args: readonly string[];
  /** The working folder. */
  cwd: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  /** Called with every line of the output, ours and the gateway's. */
  onLine?: (line: string) => void;
  /** The path of deno; the one that runs this if absent. */
  deno?: string;
  /** The arguments for deno that run the program; from source if absent. */
  program?: readonly string[];
  /** A program that becomes krakend-watch in the end, such as `unshare --mount`. */
  wrapper?: readonly string[];
}

/** A running krakend-watch. */
export interface KrakendWatch extends AsyncDisposable {
  readonly pid: number;
  /** The output so far: the reports of krakend-watch, mixed with what the gateway prints. */
  readonly lines: readonly string[];
  /** Resolves when it has left. */
  readonly status: Promise<Deno.CommandStatus>;
  signal(signal: Deno.Signal): void;
}

/** The arguments for deno that run the program from source. */
export const PROGRAM = [
  "run",
  "-A",
  "--quiet",
  `--import-map=${IMPORT_MAP}`,
  MAIN,
];

/** A file of krakend-watch that runs in place of the source, where no other program is asked for: `WATCH_FILE=dist/krakend-watch-linux-amd64`. */
export const WATCH_FILE = Deno.env.get("WATCH_FILE");

/** Starts krakend-watch. Disposing of it stops it, and with it the gateway. */
export function startKrakendWatch(options: StartOptions): KrakendWatch {
  const { cwd, env = {}, onLine, program, wrapper = [] } = options;
  const command = WATCH_FILE && !program
    ? [WATCH_FILE]
    : [options.deno ?? Deno.execPath(), ...program ?? PROGRAM];
  const [first = "", ...rest] = [...wrapper, ...command, ...options.args];
  const child = new Deno.Command(first, {
    args: rest,
    cwd,
    // KrakenD sends usage data unless told not to.
    env: { USAGE_DISABLE: "1", ...env },
    // Ctrl-C is for us: it gets SIGTERM at the end.
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const take = (line: string) => {
    lines.push(line);
    onLine?.(line);
  };
  const reading = Promise.all([
    readLines(child.stdout, take),
    readLines(child.stderr, take),
  ]);
  const status = reading.then(() => child.status);
  const signal = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch {
      // It has exited by itself.
    }
  };
  return {
    pid: child.pid,
    lines,
    status,
    signal,
    async [Symbol.asyncDispose]() {
      signal("SIGTERM");
      try {
        await deadline(status, LONGEST_END_MS);
      } catch {
        signal("SIGKILL");
        throw new Error(`${child.pid}, or what it has started, does not end`);
      }
    },
  };
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest) take(rest);
}
