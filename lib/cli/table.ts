/**
 * The options of krakend-watch and of krakend: for the parser, the help, the
 * completions, the man page and the documentation.
 *
 * @module
 */

/** One option. */
export interface OptionSpec {
  /** The long name, without dashes. */
  readonly name: string;
  readonly short?: string;
  /** The kind of its value, as the help names it; without it, the option is a switch. */
  readonly value?: string;
  /** The words that it takes, if there are only these. */
  readonly choices?: readonly string[];
  /** The value of `--name` without `=VALUE`; without it, a value must follow. */
  readonly implied?: string;
  /** Whether each one that is given counts, and not only the last one. */
  readonly repeatable?: boolean;
  readonly default?: string;
  /** The option that cannot hold at the same time. */
  readonly opposite?: string;
  /** One line without a full stop. */
  readonly help: string;
  /** Whether the short help shows it. */
  readonly common?: boolean;
  /** Whether it has no environment variable, as it asks a question. */
  readonly isQuestion?: boolean;
}

/** Whether an option is followed by a value, in the same word or in the next one. */
export function needsValue({ value, implied }: OptionSpec): boolean {
  return value !== undefined && implied === undefined;
}

/** The words of the options that take one of a few. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export const DECORATIONS = ["none", "plain", "fancy"] as const;
export const LINT_LEVELS = ["off", "warn", "error"] as const;
export const EXIT_POLICIES = ["restart", "wait", "exit"] as const;
export const LOG_FORMATS = ["text", "json"] as const;
export const HELP_TOPICS = ["short", "all"] as const;

/** The options, by the heading of the help under which they stand. */
// deno-fmt-ignore
export const OPTION_GROUPS: Readonly<Record<string, readonly OptionSpec[]>> = {
  "Running": [
    { name: "krakend", value: "PATH", common: true, help: "the krakend program; else KRAKEND_BIN, else krakend on PATH" },
    { name: "once", common: true, help: "run the command once and exit with its code" },
    { name: "start-service", short: "s", help: "the command of another program does not end: restart it on change" },
    { name: "substitute", value: "SYMBOL", default: "{}", help: "the symbol that stands in a command for the file that changed; also -e SYMBOL" },
    { name: "sequential", short: "e", help: "one run of a command after the other, which is always so" },
    { name: "decoration", short: "d", value: "STYLE", choices: DECORATIONS, default: "none", help: "mark the lines of another program's output: none, plain, or fancy for colour" },
  ],
  "Watching (the configuration file is always watched)": [
    { name: "watch", value: "PATH", repeatable: true, common: true, help: "watch this file too, or all files in this folder" },
    { name: "glob", short: "g", value: "GLOB", repeatable: true, common: true, help: "watch what matches in the working folder" },
    { name: "inverse-glob", short: "G", value: "GLOB", repeatable: true, help: "watch what does not match" },
    { name: "regex", short: "r", value: "REGEX", repeatable: true, common: true, help: "watch what matches in the working folder" },
    { name: "inverse-regex", short: "R", value: "REGEX", repeatable: true, help: "watch what does not match" },
    { name: "all", help: "also what is ignored otherwise: files of Git, Vim, Emacs, macOS" },
    { name: "only-files", opposite: "only-dirs", help: "match files only, no folders" },
    { name: "only-dirs", opposite: "only-files", help: "match folders only, no files" },
    { name: "poll", value: "DURATION", implied: "300ms", help: "use no file system events, but read the files at this interval, of at least 10ms" },
    { name: "list", common: true, help: "show what is watched, why and how, and exit" },
  ],
  "Reloading": [
    { name: "shutdown-timeout", short: "t", value: "DURATION", default: "10s", common: true, help: "time the gateway has to finish its requests before it is killed" },
    { name: "settle", value: "DURATION", default: "100ms", help: "quiet period of the files before a broken one is reported" },
    { name: "no-check", common: true, help: "no krakend check before a reload in which two gateways cannot share the port" },
    { name: "lint", value: "LEVEL", choices: LINT_LEVELS, implied: "warn", default: "off", help: "compare the configuration with KrakenD's schema: warn, or error to refuse" },
    { name: "ready-timeout", value: "DURATION", default: "10s", help: "time a new gateway has until it listens" },
    { name: "no-overlap", help: "never run two gateways at once: stop the old one before the new one starts" },
    { name: "no-rollback", help: "keep trying a configuration that does not become ready" },
    { name: "on-exit", value: "POLICY", choices: EXIT_POLICIES, help: "when the gateway exits by itself: restart it (the default), wait for a change, or exit with its code" },
    { name: "max-restarts", value: "NUMBER", help: "exit when the gateway exits by itself more often than this in a row" },
  ],
  "Reporting": [
    { name: "verbose", short: "v", opposite: "quiet", common: true, help: "report every process and every signal too" },
    { name: "quiet", short: "q", opposite: "verbose", common: true, help: "report warnings and errors only" },
    { name: "log-format", value: "FORMAT", choices: LOG_FORMATS, default: "text", common: true, help: "text, or json: one object a line" },
    { name: "on-event", value: "COMMAND", help: "run this shell command at every event, with its JSON on standard input and its name in KRAKEND_WATCH_EVENT" },
    { name: "completions", value: "SHELL", choices: SHELLS, isQuestion: true, help: "write completions for bash, zsh or fish" },
    { name: "help", short: "h", value: "TOPIC", choices: HELP_TOPICS, implied: "short", common: true, isQuestion: true, help: "show the options that most people need, or all" },
    { name: "version", common: true, isQuestion: true, help: "show the version" },
    { name: "licenses", isQuestion: true, help: "show the licences of all components" },
  ],
};

/** All options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = Object.values(OPTION_GROUPS)
  .flat();

/** A subcommand of krakend and its flags. */
interface Subcommand extends Pick<OptionSpec, "name" | "help"> {
  readonly options: readonly OptionSpec[];
}

// deno-fmt-ignore
const HELP: OptionSpec = { name: "help", short: "h", help: "show the help of the command" };
// deno-fmt-ignore
const CONFIG: OptionSpec = { name: "config", short: "c", value: "PATH", help: "the configuration file" };

// deno-fmt-ignore
const CHECK_FLAGS: readonly OptionSpec[] = [
  CONFIG,
  { name: "debug", short: "d", help: "show how the configuration is read" },
  { name: "indent", short: "i", value: "TEXT", help: "the indentation of the dump" },
  { name: "lint", short: "l", help: "check against the schema online" },
  { name: "lint-no-network", short: "n", help: "check against the built-in schema" },
  { name: "lint-schema", short: "s", value: "PATH", help: "check against this schema" },
  { name: "test-gin-routes", short: "t", help: "try the endpoints on a real router" },
  HELP,
];

/** The subcommands of krakend 2.13 and their flags, as its help lists them. */
// deno-fmt-ignore
export const SUBCOMMANDS: readonly Subcommand[] = [
  { name: "run", help: "run the gateway, and reload it at every change", options: [
    CONFIG,
    { name: "debug", short: "d", help: "serve the debug endpoint" },
    { name: "port", short: "p", value: "NUMBER", help: "the port of the service" },
    HELP,
  ] },
  { name: "check", help: "check the configuration at every change", options: CHECK_FLAGS },
  { name: "validate", help: "check the configuration at every change", options: CHECK_FLAGS },
  { name: "audit", help: "find weaknesses of the configuration at every change", options: [
    CONFIG,
    { name: "format", short: "f", value: "TEXT", help: "a Go template for the results" },
    { name: "ignore", short: "i", value: "TEXT", help: "rules to ignore, with commas between" },
    { name: "ignore-file", short: "I", value: "PATH", help: "a file of rules to ignore" },
    { name: "severity", short: "s", value: "TEXT", help: "severities to show, with commas between" },
    HELP,
  ] },
  { name: "test-plugin", help: "test whether plugins can be loaded, at every change", options: [
    { name: "client", short: "c", help: "they are http-client plugins" },
    { name: "modifier", short: "m", help: "they are modifiers" },
    { name: "server", short: "s", help: "they are http-server plugins" },
    HELP,
  ] },
  { name: "check-plugin", help: "check whether the modules of a plugin fit", options: [
    { name: "format", short: "f", help: "show the commands that mend them" },
    { name: "go", short: "g", value: "TEXT", help: "the version of Go" },
    { name: "libc", short: "l", value: "TEXT", help: "the version of libc" },
    { name: "sum", short: "s", value: "PATH", help: "the plugin's go.sum" },
    HELP,
  ] },
  { name: "version", help: "show the version of krakend", options: [HELP] },
  { name: "help", help: "show the help of krakend", options: [HELP] },
  { name: "completion", help: "write completions for krakend itself", options: [HELP] },
];

/** The first characters of all our variables. KrakenD would take them for keys, so no gateway may get one. */
export const VARIABLE_PREFIX = "KRAKEND_WATCH_";

/** Returns the environment variable that stands for an option. */
export function variableOf(name: string): string {
  return VARIABLE_PREFIX + name.toUpperCase().replaceAll("-", "_");
}

/** The variables that the commands of jobs and of `--on-event` get: the paths that changed, and the name of the event. */
export const CHANGED_VARIABLE: string = variableOf("changed");
export const EVENT_VARIABLE: string = variableOf("event");
