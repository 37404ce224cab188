import { assertEquals } from "@std/assert";
import { environmentTwin } from "../../lib/environment_twin.ts";
import {
  guessLogFormat,
  type Options,
  parseOptions,
} from "../../lib/options.ts";

/** The options for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}) {
  return parseOptions(line.split(" ").filter(Boolean), env);
}

/** What holds when nothing is given. */
const DEFAULTS: Options = {
  shutdownTimeoutMs: 10_000,
  settleMs: 100,
  check: true,
  readyTimeoutMs: 10_000,
  rollback: true,
  onExit: undefined,
  maxRestarts: Infinity,
  restartDelayMs: 0,
  jitterMs: 0,
  lint: "off",
  krakend: undefined,
  watch: [],
  patterns: undefined,
  only: undefined,
  all: false,
  startService: false,
  substitute: "{}",
  decoration: "none",
  pollMs: undefined,
  list: false,
  once: false,
  logFormat: "text",
  status: false,
  verbosity: "normal",
  help: undefined,
  version: false,
  command: [],
  welcomesPrograms: false,
  onEvent: undefined,
  completions: undefined,
};

Deno.test("parseOptions() has a default for everything", () => {
  assertEquals(parse(""), DEFAULTS);
});

Deno.test("parseOptions() understands every long option", () => {
  const line =
    "--shutdown-timeout 30s --settle 250ms --no-check --krakend /bin/krakend " +
    "--watch a --watch b --glob *.a --inverse-glob *.b --regex a --inverse-regex b " +
    "--all --only-files --poll --list --status --verbose --help --version " +
    "--on-exit wait --max-restarts 3 --restart-delay 5s --jitter 1m";
  assertEquals(parse(line), {
    ...DEFAULTS,
    shutdownTimeoutMs: 30_000,
    settleMs: 250,
    check: false,
    onExit: "wait",
    maxRestarts: 3,
    restartDelayMs: 5_000,
    jitterMs: 60_000,
    krakend: "/bin/krakend",
    watch: ["a", "b"],
    patterns: {
      globs: ["*.a"],
      inverseGlobs: ["*.b"],
      regexes: ["a"],
      inverseRegexes: ["b"],
      only: "files",
    },
    only: "files",
    welcomesPrograms: true,
    all: true,
    pollMs: 300,
    list: true,
    status: true,
    verbosity: "verbose",
    help: "short",
    version: true,
  });
});

Deno.test("parseOptions() takes the value of an option in every usual form", () => {
  const forms = [
    "-t 30s",
    "-t30s",
    "-t=30s",
    "-vt 30s",
    "--shutdown-timeout 30s",
    "--shutdown-timeout=30s",
  ];
  for (const form of forms) {
    const { shutdownTimeoutMs, command } = parse(`${form} run -c krakend.json`);
    assertEquals(shutdownTimeoutMs, 30_000, form);
    assertEquals(command, ["run", "-c", "krakend.json"], form);
  }
});

Deno.test("parseOptions() knows the short switches, together and apart", () => {
  assertEquals(parse("-v").verbosity, "verbose");
  assertEquals(parse("-q").verbosity, "quiet");
  const { verbosity, help } = parse("-qh");
  assertEquals([verbosity, help], ["quiet", "short"]);
});

Deno.test("parseOptions() lets the last of several values win", () => {
  assertEquals(parse("--settle 1s --settle 2s").settleMs, 2_000);
});

Deno.test("parseOptions() begins the command with the first word that is no option", () => {
  const { settleMs, verbosity, command } = parse(
    "--settle 1s run -v --settle 2s -t5s -c krakend.json --no-check",
  );
  assertEquals([settleMs, verbosity], [1_000, "normal"]);
  assertEquals(
    command.join(" "),
    "run -v --settle 2s -t5s -c krakend.json --no-check",
  );
});

Deno.test("parseOptions() begins the command after two dashes", () => {
  const { verbosity, command } = parse("-v -- -q run -t 3s -- x");
  assertEquals(verbosity, "verbose");
  assertEquals(command.join(" "), "-q run -t 3s -- x");
});

Deno.test("parseOptions() leaves the words of the command as they are", () => {
  const words = ["run", "-p", "08080", "-c", "a b.json", "", "1e3", "--x="];
  assertEquals(parseOptions(words, {}).command, words);
  assertEquals(parseOptions(["007"], {}).command, ["007"]);
});

Deno.test("parseOptions() takes a word that looks like an option for the value of the one before it", () => {
  assertEquals(parse("--krakend -t5s run").krakend, "-t5s");
});

Deno.test("every option has an environment twin", () => {
  const options = parse("", {
    KRAKEND_WATCH_SHUTDOWN_TIMEOUT: "30s",
    KRAKEND_WATCH_SETTLE: "250",
    KRAKEND_WATCH_NO_CHECK: "1",
    KRAKEND_WATCH_KRAKEND: "/bin/krakend",
    KRAKEND_WATCH_QUIET: "yes",
    KRAKEND_WATCH_WATCH: "a\nb\n",
    KRAKEND_WATCH_POLL: "500ms",
  });
  assertEquals(options, {
    ...DEFAULTS,
    shutdownTimeoutMs: 30_000,
    settleMs: 250,
    check: false,
    krakend: "/bin/krakend",
    watch: ["a", "b"],
    welcomesPrograms: true,
    pollMs: 500,
    verbosity: "quiet",
  });
});

Deno.test("environmentTwin() names the variable of an option", () => {
  assertEquals(
    environmentTwin("shutdown-timeout"),
    "KRAKEND_WATCH_SHUTDOWN_TIMEOUT",
  );
});

Deno.test("the command line wins over the environment", () => {
  const env = { KRAKEND_WATCH_SETTLE: "1s", KRAKEND_WATCH_KRAKEND: "/env" };
  assertEquals(parse("--settle 2s", env).settleMs, 2_000);
  assertEquals(parse("--krakend /line", env).krakend, "/line");
  assertEquals(parse("", env).krakend, "/env");
});

Deno.test("a switch in the environment can be on, off and empty", () => {
  for (const text of ["1", "true", "YES", "on"]) {
    assertEquals(parse("", { KRAKEND_WATCH_NO_CHECK: text }).check, false);
  }
  for (const text of ["0", "false", "No", "OFF", ""]) {
    assertEquals(parse("", { KRAKEND_WATCH_NO_CHECK: text }).check, true);
  }
});

Deno.test("help and version are for the command line alone", () => {
  const env = { KRAKEND_WATCH_HELP: "1", KRAKEND_WATCH_VERSION: "1" };
  const { help, version } = parse("", env);
  assertEquals([help, version], [undefined, false]);
});

Deno.test("help has topics, and completions a shell", () => {
  assertEquals(parse("--help").help, "short");
  assertEquals(parse("-h").help, "short");
  assertEquals(parse("--help=all").help, "all");
  assertEquals(parse("--completions=zsh").completions, "zsh");
});

Deno.test("the log format is known even where the rest cannot be understood", () => {
  const guess = (line: string, env: Record<string, string> = {}) =>
    guessLogFormat(line.split(" ").filter(Boolean), env);
  const json = { KRAKEND_WATCH_LOG_FORMAT: "json" };
  assertEquals(guess("--wat --log-format=json --settle"), "json");
  assertEquals(guess("--log-format json --wat run"), "json");
  assertEquals(guess("--log-format=text --log-format=json"), "json");
  assertEquals(guess("--wat", json), "json");
  assertEquals(guess("--log-format=text --wat", json), "text");
  assertEquals(guess("--log-format=jsn"), "text");
  assertEquals(guess("run --log-format=json"), "text");
  assertEquals(guess("-- --log-format=json"), "text");
});

Deno.test("a repeatable option collects its values, in every form", () => {
  const { patterns } = parse("-g a -gb --glob=c --glob d -G x run");
  assertEquals(patterns?.globs, ["a", "b", "c", "d"]);
  assertEquals(patterns?.inverseGlobs, ["x"]);
});

Deno.test("--poll takes an interval only behind an equals sign", () => {
  assertEquals(parse("--poll run").pollMs, 300);
  assertEquals(parse("--poll run").command, ["run"]);
  assertEquals(parse("--poll=2s run").pollMs, 2_000);
});

Deno.test("kinds to match are not patterns by themselves", () => {
  assertEquals(parse("--only-dirs --all run").patterns, undefined);
  assertEquals(parse("--only-dirs -r x run").patterns?.only, "directories");
});

Deno.test("short options may share a dash, the last of them with its value", () => {
  const options = parse("-vt=30s -g *.a run");
  assertEquals(options.shutdownTimeoutMs, 30_000);
  assertEquals(options.verbosity, "verbose");
  assertEquals(parse("-vt30s run").shutdownTimeoutMs, 30_000);
});

Deno.test("a switch may be told off", () => {
  assertEquals(parse("--verbose=no run").verbosity, "normal");
  assertEquals(parse("--no-check=false run").check, true);
});

Deno.test("a switch of the command line wins over its opposite in the environment", () => {
  assertEquals(parse("-q", { KRAKEND_WATCH_VERBOSE: "1" }).verbosity, "quiet");
  const env = { KRAKEND_WATCH_ONLY_DIRS: "1" };
  assertEquals(parse("--only-files -g x", env).patterns?.only, "files");
});
