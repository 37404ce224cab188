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
  licenses: false,
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
    "--all --only-files --poll --list --status --verbose --help --version --licenses " +
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
    licenses: true,
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

Deno.test("questions are for the command line alone", () => {
  const env = {
    KRAKEND_WATCH_HELP: "1",
    KRAKEND_WATCH_VERSION: "1",
    KRAKEND_WATCH_LICENSES: "1",
  };
  const { help, version, licenses } = parse("", env);
  assertEquals([help, version, licenses], [undefined, false, false]);
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
