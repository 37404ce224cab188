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

const DEFAULTS: Options = {
  krakend: undefined,
  once: false,
  startService: false,
  substitute: "{}",
  decoration: "none",
  watch: [],
  globs: [],
  inverseGlobs: [],
  regexes: [],
  inverseRegexes: [],
  all: false,
  only: undefined,
  pollMs: undefined,
  list: false,
  shutdownTimeoutMs: 10_000,
  settleMs: 100,
  check: true,
  lint: "off",
  readyTimeoutMs: 10_000,
  overlap: true,
  rollback: true,
  onExit: undefined,
  maxRestarts: Infinity,
  verbosity: "normal",
  logFormat: "text",
  onEvent: undefined,
  completions: undefined,
  help: undefined,
  version: false,
  licenses: false,
  command: [],
  allowsPrograms: false,
};

/** The lines of a table and what differs from the defaults. */
type Row = readonly [line: string, differences: Partial<Options>];

const RUN = ["run", "-c", "a b.json"];
const TABLES: Record<string, readonly Row[]> = {
  "each option has its field, and a default": [
    ["", {}],
    ["--krakend /bin/krakend", { krakend: "/bin/krakend" }],
    ["--once", { once: true }],
    ["--watch a --watch b", { watch: ["a", "b"], allowsPrograms: true }],
    ["-g a -gb --glob=c --glob d", {
      globs: ["a", "b", "c", "d"],
      allowsPrograms: true,
    }],
    ["-G a -R b -r c", {
      inverseGlobs: ["a"],
      inverseRegexes: ["b"],
      regexes: ["c"],
      allowsPrograms: true,
    }],
    ["--all --only-files", { all: true, only: "files", allowsPrograms: true }],
    ["--only-dirs", { only: "directories", allowsPrograms: true }],
    ["--list", { list: true }],
    ["--settle 1m30s", { settleMs: 90_000 }],
    ["--no-check", { check: false }],
    ["--lint --ready-timeout 5", { lint: "warn", readyTimeoutMs: 5 }],
    ["--lint=error", { lint: "error" }],
    ["--no-overlap --no-rollback", { overlap: false, rollback: false }],
    ["--on-exit wait --max-restarts 3", { onExit: "wait", maxRestarts: 3 }],
    ["-v", { verbosity: "verbose" }],
    ["-q --log-format json", { verbosity: "quiet", logFormat: "json" }],
    ["--on-event true", { onEvent: "true" }],
    ["--completions=zsh", { completions: "zsh" }],
    ["-h", { help: "short" }],
    ["--help=all --version --licenses", {
      help: "all",
      version: true,
      licenses: true,
    }],
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
    ["--poll 2s", { pollMs: 300, command: ["2s"] }],
    ["--verbose=no --no-check=false", {}],
    ["-v=0", {}],
  ],
  "the command begins with the first word that is no option": [
    ["--settle 1s run -v --settle 2s -t5s", {
      settleMs: 1_000,
      command: ["run", "-v", "--settle", "2s", "-t5s"],
    }],
    ["- -v", { command: ["-", "-v"] }],
    ["-v -- -q run -- x", {
      verbosity: "verbose",
      command: ["-q", "run", "--", "x"],
      allowsPrograms: true,
    }],
    ["make", { command: ["make"] }],
    ["-s make", {
      startService: true,
      command: ["make"],
      allowsPrograms: true,
    }],
  ],
  "reflex's options for commands are known": [
    ["-sd fancy --substitute @ -- cc @", {
      startService: true,
      decoration: "fancy",
      substitute: "@",
      command: ["cc", "@"],
      allowsPrograms: true,
    }],
    ["--start-service=true --sequential make", {
      startService: true,
      command: ["make"],
      allowsPrograms: true,
    }],
  ],
  "-e takes a symbol that stands in the command, and else is reflex's --sequential":
    [
      ["-e -- make", { command: ["make"], allowsPrograms: true }],
      ["-er a make all", {
        regexes: ["a"],
        command: ["make", "all"],
        allowsPrograms: true,
      }],
      ["-e make all", { command: ["make", "all"], allowsPrograms: true }],
      ...["-e @ cc a@b", "-ve @ --verbose=0 -- cc a@b", "-e @ -- cc a@b"].map((
        line,
      ): Row => [line, {
        substitute: "@",
        command: ["cc", "a@b"],
        allowsPrograms: true,
      }]),
    ],
};

for (const [sentence, rows] of Object.entries(TABLES)) {
  Deno.test(`parseOptions(): ${sentence}`, () => {
    for (const [line, differences] of rows) {
      assertEquals(parse(line), { ...DEFAULTS, ...differences }, line);
    }
  });
}

Deno.test("parseOptions() takes the words of the command as they are", () => {
  const words = ["run", "-p", "08080", "-c", "a b.json", "", "1e3", "--x="];
  assertEquals(parseOptions(words, {}).command, words);
  assertEquals(parseOptions(["", "a"], {}).command, ["", "a"]);
});

/** Lines that are refused, and the whole message or, before "…", its start. */
const REFUSED: readonly (readonly [line: string, message: string])[] = [
  [
    "-v --setle=1s run",
    'Unknown option "--setle": did you mean "--settle"? See krakend-watch --help',
  ],
  ["--shut 1s", 'Unknown option "--shut": did you mean "--shutdown-timeout"?…'],
  [
    "-p 8081",
    'Unknown option "-p": options of krakend come after its command, as in run -c FILE. See krakend-watch --help',
  ],
  ["-vx run", 'Unknown option "-x" in "-vx": options of krakend come after…'],
  ["-\u{1F600}", 'Unknown option "-\u{1F600}": options…'],
  ["-c reflex.conf", 'Unknown option "-c": there is no file of commands as…'],
  ["--config=x", 'Unknown option "--config": there is no file of commands…'],
  ["-sc x", 'Unknown option "-c" in "-sc": there is no file of commands as…'],
  ["--_ x", 'Unknown option "--_"…'],
  ["--__proto__ x", 'Unknown option "--__proto__"…'],
  ["--constructor", 'Unknown option "--constructor"…'],
  ["--=x", 'Unknown option "--"…'],
  [
    "--log-format=jsn",
    'Option "--log-format": got "jsn", write text or json; did you mean "json"?',
  ],
  ["--lint=strict", 'Option "--lint": got "strict", write off, warn or error'],
  ["-d loud", 'Option "--decoration": got "loud", write none, plain or fancy'],
  [
    "--help=al",
    'Option "--help": got "al", write short or all; did you mean "all"?',
  ],
  ["-v --settle", 'Option "--settle" needs a value'],
  ["--settle=", 'Option "--settle" needs a value'],
  ["-t", 'Option "--shutdown-timeout" needs a value'],
  ["--completions", 'Option "--completions" needs a value: bash, zsh or fish'],
  ["--settle 5x", 'Option "--settle": Cannot parse "5x" as a duration…'],
  ["-t=", 'Option "--shutdown-timeout": Cannot parse "=" as a duration…'],
  [
    "--poll=5ms",
    'Option "--poll": "5ms" is too short, write at least 10ms',
  ],
  [
    "--max-restarts -1",
    'Option "--max-restarts": got "-1", write a whole number such as 3',
  ],
  [
    "--once=maybe",
    'Option "--once": got "maybe", write 1 or 0, true or false, yes or no, on or off',
  ],
  ["-v -q", "--verbose and --quiet exclude each other"],
  [
    "--only-files --only-dirs",
    "--only-files and --only-dirs exclude each other",
  ],
];

Deno.test("parseOptions() refuses a mistake and names the value and the remedy", () => {
  for (const [line, expected] of REFUSED) {
    const { message } = assertThrows(() => parse(line), UsageError, "", line);
    const start = expected.endsWith("…") ? expected.slice(0, -1) : undefined;
    assert(start ? message.startsWith(start) : message === expected, message);
  }
});

Deno.test("a mistake in the environment is named with its variable", () => {
  const rows: [Record<string, string>, message: string][] = [
    [
      { KRAKEND_WATCH_SETTLE: "soon" },
      'KRAKEND_WATCH_SETTLE: Cannot parse "soon"',
    ],
    [
      { KRAKEND_WATCH_LINT: "on" },
      'KRAKEND_WATCH_LINT: got "on", write off, warn',
    ],
    [
      { KRAKEND_WATCH_QUIET: "maybe" },
      'KRAKEND_WATCH_QUIET: got "maybe", write 1 or 0',
    ],
  ];
  for (const [env, message] of rows) {
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

Deno.test("the variable of each option does what the option does, and the command line wins", () => {
  for (const spec of OPTIONS.filter(({ isQuestion }) => !isQuestion)) {
    const [sample, other] = samplesOf(spec);
    const env = { [variableOf(spec.name)]: sample };
    const given = parseOptions(wordsFor(spec, sample), {});
    assertNotEquals(given, parse(""), spec.name);
    assertEquals(parse("", env), given, spec.name);
    const wins = wordsFor(spec, other);
    assertEquals(
      { ...parseOptions(wins, env), allowsPrograms: false },
      { ...parseOptions(wins, {}), allowsPrograms: false },
      spec.name,
    );
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
  assertEquals(parse("--only-files", env).only, "files");
});

Deno.test("questions are for the command line alone", () => {
  const names = OPTIONS.filter(({ isQuestion }) => isQuestion)
    .map(({ name }) => [variableOf(name), "1"]);
  assertEquals(parse("", Object.fromEntries(names)), DEFAULTS);
  assertEquals(names.length, 4);
});

Deno.test("variables that begin like ours and stand for no option are found", () => {
  const find = (
    ...names: string[]
  ) => [...unknownVariables(Object.fromEntries(names.map((it) => [it, "1"])))];
  assertEquals(
    find("KRAKEND_WATCH_SETLE", "KRAKEND_WATCH_FLY", "KRAKEND_PORT"),
    [
      ["KRAKEND_WATCH_FLY", "see --help=all"],
      ["KRAKEND_WATCH_SETLE", "did you mean KRAKEND_WATCH_SETTLE?"],
    ],
  );
  const names = OPTIONS.map(({ name }) => variableOf(name));
  assertEquals(
    find(...names, "KRAKEND_WATCH_EVENT", "KRAKEND_WATCH_CHANGED"),
    [],
  );
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
  fc.constantFrom(
    "--settle=1s",
    "-vq",
    "-t=5",
    "-et",
    "@",
    "--help=all",
    "-ce",
  ),
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

/** An option with a value, in all its forms. */
const anyOption = fc.constantFrom(
  ...OPTIONS.filter(({ isQuestion }) => !isQuestion),
)
  .chain((spec) =>
    fc.constantFrom(...samplesOf(spec)).map((sample) => {
      const { name, short, value, implied } = spec;
      const text = sample.replace(/\n.*/, "");
      const forms = [[`--${name}=${text}`]];
      if (value && !implied) forms.push([`--${name}`, text]);
      if (!value && text === "1") forms.push([`--${name}`]);
      if (short && value) forms.push([`-${short}`, text], [`-${short}${text}`]);
      if (short) forms.push([`-${short}=${text}`]);
      if (short && !value && text === "1") forms.push([`-${short}`]);
      return forms;
    })
  );

Deno.test("a line means the same in all the forms that it can be written in", () => {
  const valueOf = (words: readonly string[]) => {
    try {
      return parseOptions(words, {});
    } catch (error) {
      return String(error);
    }
  };
  const picks = fc.array(fc.nat(), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(anyOption, { maxLength: 4 }),
      picks,
      (options, picks) => {
        const end = ["--", ...RUN];
        const plain = options.flatMap((forms) => forms[0] ?? []);
        const other = options.flatMap((forms, i) =>
          forms[(picks[i] ?? 0) % forms.length] ?? []
        );
        assertEquals(valueOf([...other, ...end]), valueOf([...plain, ...end]));
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("the time for a command line grows with its length", () => {
  const rows: ((size: number) => string[])[] = [
    (size) => Array(size).fill("-ga"),
    (size) => [`-${"v".repeat(size)}`],
    (size) => [`--settle=${"1".repeat(size)}x`],
    (size) => [`--${"shutdown-timeout".repeat(size)}`],
    (size) => Array(size).fill("run"),
    (size) => ["-e", "@", ...Array(size).fill("a")],
  ];
  for (const wordsOf of rows) {
    assertLinear((size) => {
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
