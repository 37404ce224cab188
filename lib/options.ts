/**
 * Reads the command line and the environment variables that stand for it.
 *
 * @module
 */

import { type Decoration, DECORATIONS } from "./decoration.ts";
import { environmentTwin } from "./environment_twin.ts";
import { parseEnvironment } from "./options/environment.ts";
import { merge } from "./options/raw.ts";
import { EXIT_SEQUELS, LINT_LEVELS } from "./options/restarting.ts";
import { HELP_TOPICS, LOG_FORMATS, SHELLS } from "./options/telling.ts";
import { Values } from "./options/values.ts";
import { parseWords, seemsToWantJson } from "./options/words.ts";
import type { Patterns } from "./patterns.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the user asked for. */
export interface Options {
  readonly shutdownTimeoutMs: number;
  readonly settleMs: number;
  /** Whether a change must pass `krakend check`. */
  readonly check: boolean;
  /** What becomes of settings that the schema does not know. */
  readonly lint: typeof LINT_LEVELS[number];
  /** How long a gateway may take until it serves. */
  readonly readyTimeoutMs: number;
  /** Whether a configuration that does not become ready gives way to the last one that did. */
  readonly rollback: boolean;
  /** What follows when the gateway leaves unasked; undefined if the user leaves that to us. */
  readonly onExit: typeof EXIT_SEQUELS[number] | undefined;
  /** How often in a row the gateway may leave unasked and is started again. */
  readonly maxRestarts: number;
  /** How long a change waits before it restarts the gateway. */
  readonly restartDelayMs: number;
  /** How much may be added to that at random. */
  readonly jitterMs: number;
  /** The krakend program as given by `--krakend`. */
  readonly krakend: string | undefined;
  /** The paths of `--watch`. */
  readonly watch: readonly string[];
  /** What to look for in the working folder; undefined if nothing. */
  readonly patterns: Patterns | undefined;
  /** The one kind that counts in the working folder; without it, both. */
  readonly only: Patterns["only"];
  /** Whether to look at the files of version control and editors, too. */
  readonly all: boolean;
  /** The interval of `--poll`; undefined if events are wanted. */
  readonly pollMs: number | undefined;
  readonly list: boolean;
  /** Whether to run the command once, and not to watch anything. */
  readonly once: boolean;
  /** Whether the command is a service: started at once, and restarted on changes. */
  readonly startService: boolean;
  /** What stands in a command for the path of the file that changed. */
  readonly substitute: string;
  /** How the lines of output are marked. */
  readonly decoration: Decoration;
  readonly logFormat: typeof LOG_FORMATS[number];
  /** Whether to show the state in the title of the terminal. */
  readonly status: boolean;
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** The shell command that is told every event; undefined if there is none. */
  readonly onEvent: string | undefined;
  /** How much help is asked for; undefined if none. */
  readonly help: typeof HELP_TOPICS[number] | undefined;
  readonly version: boolean;
  /** The shell whose completions are asked for. */
  readonly completions: typeof SHELLS[number] | undefined;
  /** The first word that is no option, and all after it. */
  readonly command: readonly string[];
  /** Whether the command may be any program's: `--` stands before it, or an option that is about such. */
  readonly welcomesPrograms: boolean;
}

/** With these, the command is as likely another program's as krakend's. */
const ABOUT_PROGRAMS = [
  "start-service",
  "substitute",
  "sequential",
  "decoration",
  "glob",
  "inverse-glob",
  "regex",
  "inverse-regex",
  "watch",
  "all",
  "only-files",
  "only-dirs",
];

/** How to tell of a command line that cannot be understood. */
export function guessLogFormat(
  words: readonly string[],
  env: Environment,
): Options["logFormat"] {
  const wantsJson = seemsToWantJson(words) ??
    env[environmentTwin("log-format")] === "json";
  return wantsJson ? "json" : "text";
}

/**
 * Reads the command line. It wins over the environment twins.
 *
 * @throws {UsageError} If an option is unknown or its value cannot be understood.
 */
export function parseOptions(
  words: readonly string[],
  env: Environment,
): Options {
  const given = parseWords(words);
  const values = new Values(merge(parseEnvironment(env), given.values));
  return {
    shutdownTimeoutMs: values.duration("shutdown-timeout"),
    settleMs: values.duration("settle"),
    check: !values.flag("no-check"),
    readyTimeoutMs: values.duration("ready-timeout"),
    lint: values.choice("lint", LINT_LEVELS) ?? "off",
    rollback: !values.flag("no-rollback"),
    onExit: values.isGiven("on-exit")
      ? values.choice("on-exit", EXIT_SEQUELS)
      : undefined,
    maxRestarts: values.count("max-restarts") ?? Infinity,
    restartDelayMs: values.duration("restart-delay"),
    jitterMs: values.duration("jitter"),
    krakend: values.text("krakend"),
    watch: values.texts("watch"),
    patterns: values.patterns,
    only: values.only,
    all: values.flag("all"),
    pollMs: values.pollInterval("poll"),
    list: values.flag("list"),
    once: values.flag("once"),
    startService: values.flag("start-service"),
    substitute: values.text("substitute") ?? "",
    decoration: values.choice("decoration", DECORATIONS) ?? "none",
    logFormat: values.choice("log-format", LOG_FORMATS) ?? "text",
    status: values.flag("status"),
    verbosity: values.flag("verbose")
      ? "verbose"
      : values.flag("quiet")
      ? "quiet"
      : "normal",
    onEvent: values.text("on-event"),
    help: values.choice("help", HELP_TOPICS),
    version: values.flag("version"),
    completions: values.choice("completions", SHELLS),
    command: given.command,
    welcomesPrograms: given.isMarked ||
      ABOUT_PROGRAMS.some((name) => values.isGiven(name)),
  };
}
