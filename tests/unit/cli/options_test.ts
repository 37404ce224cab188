import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  findNearest,
  type Options,
  parseOptions,
  unknownVariables,
  wantsJson,
} from "../../../lib/cli/options.ts";
import {
  OPTIONS,
  type OptionSpec,
  variableOf,
} from "../../../lib/cli/table.ts";
import { UsageError } from "../../../lib/errors.ts";
import { assertLinear } from "../match/growth.ts";

/** Returns the options for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}): Options {
  return parseOptions(line.split(" ").filter(Boolean), env);
}

const DEFAULTS = parse("");

/** A line, what differs from the defaults, and the command. */
type Row = readonly [line: string, options: Partial<Options>, command?: string];

const PROGRAMS = { allowsPrograms: true };

const TABLES: Record<string, readonly Row[]> = {
  "each option has its field, and a default": [
    ["", { substitute: "{}", decoration: "none", lint: "off", all: false }],
    ["", { shutdownTimeoutMs: 10_000, settleMs: 100, readyTimeoutMs: 10_000 }],
    ["", { check: true, overlap: true, rollback: true, maxRestarts: Infinity }],
    ["", { verbosity: "normal", logFormat: "text", allowsPrograms: false }],
    ["--krakend /bin/krakend", { krakend: "/bin/krakend" }],
    ["--once --list", { once: true, list: true }],
    ["--watch a --watch b", { watch: ["a", "b"], ...PROGRAMS }],
    ["-g a -gb --glob=c --glob d", { globs: [..."abcd"], ...PROGRAMS }],
    ["-G a -R b", { inverseGlobs: ["a"], inverseRegexes: ["b"], ...PROGRAMS }],
    ["-r c --only-dirs", { regexes: ["c"], only: "only-dirs", ...PROGRAMS }],
    ["--all --only-files", { all: true, only: "only-files", ...PROGRAMS }],
    ["--settle 1m30s --no-check", { settleMs: 90_000, check: false }],
    ["--lint --ready-timeout 5", { lint: "warn", readyTimeoutMs: 5 }],
    ["--lint=error", { lint: "error" }],
    ["--no-overlap --no-rollback", { overlap: false, rollback: false }],
    ["--on-exit wait --max-restarts 3", { onExit: "wait", maxRestarts: 3 }],
    ["-v --on-event true", { verbosity: "verbose", onEvent: "true" }],
    ["-q --log-format json", { verbosity: "quiet", logFormat: "json" }],
    ["--completions=zsh --licenses", { completions: "zsh", licenses: true }],
    ["-h", { help: "short" }],
    ["--help=all --version", { help: "all", version: true }],
  ],
  "a value is given in every usual form, and the last one counts": [
    ["-t 30s", { shutdownTimeoutMs: 30_000 }],
    ["-t30s", { shutdownTimeoutMs: 30_000 }],
    ["-t=30s", { shutdownTimeoutMs: 30_000 }],
    ["-vt 30s", { shutdownTimeoutMs: 30_000, verbosity: "verbose" }],
    ["-vt=30s", { shutdownTimeoutMs: 30_000, verbosity: "verbose" }],
    ["--shutdown-timeout 30s", { shutdownTimeoutMs: 30_000 }],
    ["--shutdown-timeout=30s", { shutdownTimeoutMs: 30_000 }],
    ["-t 1s -t 30s", { shutdownTimeoutMs: 30_000 }],
    ["--krakend -t5s", { krakend: "-t5s" }],
    ["--krakend=a=b", { krakend: "a=b" }],
    ["--poll", { pollMs: 300 }],
    ["--poll=2s", { pollMs: 2_000 }],
    ["--poll=0", { pollMs: 10 }],
    ["--poll 2s", { pollMs: 300 }, "2s"],
    ["--verbose=no --no-check=false", {}],
    ["-v=0", {}],
  ],
  "the command begins with the first word that is no option": [
    ["--settle 1s run -v -t5s", { settleMs: 1_000 }, "run -v -t5s"],
    ["- -v", {}, "- -v"],
    ["-v -- -q run -- x", { verbosity: "verbose", ...PROGRAMS }, "-q run -- x"],
    ["make", {}, "make"],
  ],
  "reflex's options for commands are known": [
    ["-s make", { startService: true, ...PROGRAMS }, "make"],
    ["--start-service=true --sequential make", {
      startService: true,
      ...PROGRAMS,
    }, "make"],
    ["-d fancy --substitute @ -- cc @", {
      decoration: "fancy",
      substitute: "@",
      ...PROGRAMS,
    }, "cc @"],
  ],
  "-e takes a symbol that stands in the command, and else is reflex's --sequential":
    [
      ["-e -- make", PROGRAMS, "make"],
      ["-er a make all", { regexes: ["a"], ...PROGRAMS }, "make all"],
      ["-e make all", PROGRAMS, "make all"],
      ["-e @ cc a@b", { substitute: "@", ...PROGRAMS }, "cc a@b"],
      ["-ve @ -v=0 -- cc a@b", { substitute: "@", ...PROGRAMS }, "cc a@b"],
      ["-e @ -- cc a@b", { substitute: "@", ...PROGRAMS }, "cc a@b"],
    ],
};

for (const [sentence, rows] of Object.entries(TABLES)) {
  Deno.test(`parseOptions(): ${sentence}`, () => {
    for (const [line, options, command] of rows) {
      const expected = { command: command?.split(" ") ?? [], ...options };
      assertEquals(parse(line), { ...DEFAULTS, ...expected }, line);
    }
  });
}

Deno.test("parseOptions() takes the words of the command as they are", () => {
  const words = ["run", "-p", "08080", "-c", "a b.json", "", "1e3", "--x="];
  assertEquals(parseOptions(words, {}).command, words);
  assertEquals(parseOptions(["", "a"], {}).command, ["", "a"]);
});

/** Lines that are refused, and what the message says. */
const REFUSED = {
  "-v --setle=1s run":
    'Unknown option "--setle": did you mean "--settle"? See krakend-watch --help',
  "--shut 1s": 'Unknown option "--shut": did you mean "--shutdown-timeout"?',
  "-p 8081":
    'Unknown option "-p": options of krakend come after its command, as in run -c FILE. See krakend-watch --help',
  "-vx run": 'Unknown option "-x" in "-vx": options of krakend come after',
  "-\u{1F600}": 'Unknown option "-\u{1F600}": options',
  "-c reflex.conf": 'Unknown option "-c": there is no file of commands as',
  "--config=x": 'Unknown option "--config": there is no file of commands',
  "-sc x": 'Unknown option "-c" in "-sc": there is no file of commands as',
  "--_ x": 'Unknown option "--_"',
  "--__proto__ x": 'Unknown option "--__proto__"',
  "--constructor": 'Unknown option "--constructor"',
  "--=x": 'Unknown option "--"',
  "--log-format=jsn":
    'Option "--log-format": got "jsn", write text or json; did you mean "json"?',
  "-d loud": 'Option "--decoration": got "loud", write none, plain or fancy',
  "-v --settle": 'Option "--settle" needs a value',
  "--settle=": 'Option "--settle" needs a value',
  "-t": 'Option "--shutdown-timeout" needs a value',
  "--completions": 'Option "--completions" needs a value: bash, zsh or fish',
  "--settle 5x": 'Option "--settle": Cannot parse "5x" as a duration',
  "-t=": 'Option "--shutdown-timeout": Cannot parse "=" as a duration',
  "--max-restarts -1":
    'Option "--max-restarts": got "-1", write a whole number such as 3',
  "--once=maybe":
    'Option "--once": got "maybe", write 1 or 0, true or false, yes or no, on or off',
  "-v -q": "--verbose and --quiet exclude each other",
  "--only-files --only-dirs": "--only-files and --only-dirs exclude",
};

Deno.test("parseOptions() refuses a mistake and names the value and the remedy", () => {
  for (const [line, message] of Object.entries(REFUSED)) {
    assertThrows(() => parse(line), UsageError, message, line);
  }
  const variables = {
    "SETTLE=soon": 'KRAKEND_WATCH_SETTLE: Cannot parse "soon"',
    "LINT=on": 'KRAKEND_WATCH_LINT: got "on", write off, warn or error',
    "QUIET=maybe": 'KRAKEND_WATCH_QUIET: got "maybe", write 1 or 0',
  };
  for (const [line, message] of Object.entries(variables)) {
    const [name, text = ""] = line.split("=");
    const env = { [`KRAKEND_WATCH_${name}`]: text };
    assertThrows(() => parse("", env), UsageError, message);
  }
});

/** Two values that an option takes, none of which is its default. */
function samplesOf(
  { value, choices, repeatable, default: standard }: OptionSpec,
): readonly [string, string] {
  if (choices) {
    const words = choices.filter((word) => word !== standard);
    return [words.at(-1) ?? "", words[0] ?? ""];
  }
  if (!value) return ["1", "0"];
  if (value === "DURATION") return ["7s", "9s"];
  if (value === "NUMBER") return ["7", "9"];
  return [repeatable ? "one\ntwo" : "one", "other"];
}

/** Returns the words that give an option this value; of several lines, each is one. */
function wordsFor({ name }: OptionSpec, sample: string): string[] {
  return sample.split("\n").map((text) => `--${name}=${text}`);
}

Deno.test("the variable of each option but a question does what the option does, and the command line wins", () => {
  for (const spec of OPTIONS) {
    const [sample, other] = samplesOf(spec);
    const env = { [variableOf(spec.name)]: sample };
    if (spec.isQuestion) {
      assertEquals(parse("", env), DEFAULTS, spec.name);
      continue;
    }
    const given = parseOptions(wordsFor(spec, sample), {});
    assertNotEquals(given, DEFAULTS, spec.name);
    assertEquals(parse("", env), given, spec.name);
    const wins = wordsFor(spec, other);
    assertEquals(parseOptions(wins, env), parseOptions(wins, {}), spec.name);
  }
});

Deno.test("a switch in the environment can be on, off and empty, and gives way to its opposite", () => {
  for (const text of ["1", "true", "YES", "on"]) {
    assertEquals(parse("", { KRAKEND_WATCH_NO_CHECK: text }).check, false);
  }
  for (const text of ["0", "false", "No", "OFF", ""]) {
    assertEquals(parse("", { KRAKEND_WATCH_NO_CHECK: text }).check, true);
  }
  assertEquals(parse("-q", { KRAKEND_WATCH_VERBOSE: "1" }).verbosity, "quiet");
  const env = { KRAKEND_WATCH_ONLY_DIRS: "1" };
  assertEquals(parse("--only-files", env).only, "only-files");
});

Deno.test("variables that begin like ours and stand for no option are found", () => {
  const known = OPTIONS.map(({ name }) => variableOf(name))
    .concat("KRAKEND_WATCH_EVENT", "KRAKEND_WATCH_CHANGED", "KRAKEND_PORT");
  const names = [...known, "KRAKEND_WATCH_SETLE", "KRAKEND_WATCH_FLY"];
  const env = Object.fromEntries(names.map((name) => [name, "1"]));
  assertEquals(Object.fromEntries(unknownVariables(env)), {
    KRAKEND_WATCH_FLY: "see --help=all",
    KRAKEND_WATCH_SETLE: "did you mean KRAKEND_WATCH_SETTLE?",
  });
});

Deno.test("the log format is known even where the rest cannot be understood", () => {
  const json = { KRAKEND_WATCH_LOG_FORMAT: "json" };
  const rows: [line: string, env: Record<string, string>, wants: boolean][] = [
    ["--wat --log-format=json --settle", {}, true],
    ["--log-format json --wat run", {}, true],
    ["--log-format=text --log-format=json", {}, true],
    ["--wat", json, true],
    ["--log-format=text --wat", json, false],
    ["--log-format=jsn", {}, false],
    ["run --log-format=json", {}, false],
    ["-- --log-format=json", {}, false],
  ];
  for (const [line, env, wants] of rows) {
    assertEquals(wantsJson(line.split(" "), env), wants, line);
  }
});

Deno.test("findNearest() finds a misspelt word, one with letters in another order, and the only one that begins so", () => {
  const words = ["run", "check", "check-plugin", "audit", "shutdown-timeout"];
  const rows = {
    chek: "check",
    "ckeck-plugin": "check-plugin",
    "shutdown-timout": "shutdown-timeout",
    rnu: "run",
    aduit: "audit",
    shut: "shutdown-timeout",
  };
  for (const [written, meant] of Object.entries(rows)) {
    assertEquals(findNearest(written, words), meant);
  }
  for (const written of ["", "c", "fly", "x", "a-word-of-another-kind"]) {
    assertEquals(findNearest(written, words), undefined, written);
  }
});

const letters = OPTIONS.flatMap(({ short }) => short ? [`-${short}`] : []);
const anyWord = fc.oneof(
  fc.constantFrom(...OPTIONS.map(({ name }) => `--${name}`), ...letters),
  fc.constantFrom("--", "-", "", "=", "--=", "-=", "1s", "json", "all", "run"),
  fc.constantFrom("--settle=1s", "-vq", "-t=5", "-et", "@", "--help=all"),
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12 }).map((text) => `--${text}`),
);

Deno.test("parseOptions() takes any words, or says why not", () => {
  let taken = 0;
  const env = fc.dictionary(
    fc.constantFrom(...OPTIONS.map(({ name }) => variableOf(name))),
    fc.constantFrom("", "1", "no", "1s", "json", "text", "a\nb"),
    { maxKeys: 2 },
  );
  fc.assert(
    fc.property(fc.array(anyWord, { maxLength: 6 }), env, (words, env) => {
      assertEquals(typeof wantsJson(words, env), "boolean");
      try {
        // Whatever is taken is the end of the line.
        const { command } = parseOptions(words, env);
        assertEquals(command, words.slice(words.length - command.length));
        taken++;
      } catch (error) {
        assert(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 3_000 },
  );
  assert(taken > 300, `only ${taken} lines were taken`);
});

/** An option with a value, in the longest of its forms and in any of them. */
const anyOption = fc.constantFrom(...OPTIONS).chain((spec) =>
  fc.constantFrom(...samplesOf(spec)).chain((sample) => {
    const { name, short, value, implied } = spec;
    const text = sample.replace(/\n.*/, "");
    const long = [`--${name}=${text}`];
    const forms = [long];
    if (value && !implied) forms.push([`--${name}`, text]);
    if (!value && text === "1") forms.push([`--${name}`]);
    if (short) forms.push([`-${short}=${text}`]);
    if (short && value && !implied) forms.push([`-${short}`, text]);
    if (short && value && !implied) forms.push([`-${short}${text}`]);
    if (short && !value && text === "1") forms.push([`-${short}`]);
    return fc.constantFrom(...forms).map((any) => ({ long, any }));
  })
);

Deno.test("a line means the same in all the forms that it can be written in", () => {
  const valueOf = (words: readonly string[]) => {
    try {
      return parseOptions([...words, "--", "run", "-c", "a b.json"], {});
    } catch (error) {
      return String(error);
    }
  };
  fc.assert(
    fc.property(fc.array(anyOption, { maxLength: 4 }), (options) => {
      assertEquals(
        valueOf(options.flatMap(({ any }) => any)),
        valueOf(options.flatMap(({ long }) => long)),
      );
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("the time for a command line grows with its length", async () => {
  const rows: ((size: number) => string[])[] = [
    (size) => Array(size).fill("-ga"),
    (size) => [`-${"v".repeat(size)}`],
    (size) => [`--settle=${"1".repeat(size)}x`],
    (size) => [`--${"shutdown-timeout".repeat(size)}`],
    (size) => Array(size).fill("run"),
    (size) => ["-e", "@", ...Array(size).fill("a")],
  ];
  for (const wordsOf of rows) {
    await assertLinear((size) => {
      const words = wordsOf(size);
      return () => {
        try {
          parseOptions(words, {});
        } catch (error) {
          assert(error instanceof UsageError, String(error));
        }
      };
    }, 3_000);
  }
});
