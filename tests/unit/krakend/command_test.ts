import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OPTIONS, SUBCOMMANDS, variableOf } from "../../../lib/cli/table.ts";
import { FatalError, UsageError } from "../../../lib/errors.ts";
import {
  argsWithConfig,
  childEnvironment,
  findKrakend,
  findProgram,
  flagsIn,
  gatewayEnvironment,
  isOtherProgram,
  parseCommand,
  refuseMisplaced,
  type Service,
} from "../../../lib/krakend/command.ts";
import { assertLinear } from "../match/growth.ts";

/** Returns the command for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}) {
  return parseCommand(line.split(" ").filter(Boolean), env);
}

const RUN: Service = {
  configFile: "x.json",
  port: undefined,
  isCheck: false,
  plugins: [],
};

Deno.test("no words mean the service of the old image", () => {
  assertEquals(parse("").args, ["run", "-c", "krakend.json", "-d"]);
  const env = { KRAKEND_CONFIG: "/etc/gateway.yml" };
  assertEquals(parse("", env).service?.configFile, "/etc/gateway.yml");
  assertEquals(parse("", { KRAKEND_CONFIG: "" }).args[2], "krakend.json");
  assertEquals(parse("run -c x.json", env).service?.configFile, "x.json");
});

Deno.test("a configuration file and a port are found in each way that pflag takes", () => {
  const configs = ["-c x.json", "-cx.json", "-c=x.json", "-dc x.json"]
    .concat("-dcx.json", "-ddc=x.json", "--config x.json", "--config=x.json")
    .concat("-c y.json -c x.json", "somewhere -c x.json", "--debug -c x.json")
    .concat("-c x.json -p 0", "-c x.json -p", "-c x.json -- -p 9 -c y.json");
  for (const config of configs) {
    const args = ["run", ...config.split(" ")];
    assertEquals(parseCommand(args, {}), { args, service: RUN });
    for (const program of ["krakend", "/usr/bin/krakend", "./krakend"]) {
      assertEquals(parse(`${program} run ${config}`), { args, service: RUN });
    }
  }
  const ports = ["-p 8090", "-p8090", "-p=8090", "--port 8090", "--port=8090"];
  for (const port of [...ports, "-p 1 -p 8090", "-dp8090"]) {
    const { service } = parse(`run ${port} -c x.json`);
    assertEquals(service, { ...RUN, port: 8_090 }, port);
  }
});

Deno.test("checks are services that end, and those without a configuration are none", () => {
  const check = { ...RUN, isCheck: true };
  const lines = ["check -c x.json", "validate -tdc x.json", "audit -c=x.json"]
    .concat("check -i -c -c x.json", "audit -s -c -f -c -cx.json");
  for (const line of lines) assertEquals(parse(line).service, check, line);
  assertEquals(parse("test-plugin -scm a.so -- b.so").service, {
    ...check,
    configFile: "a.so",
    plugins: ["a.so", "b.so"],
  });
  const others = ["run --help", "run -c x -h", "check -c x --help", "validate"]
    .concat("version", "help run", "check-plugin -s x", "test-plugin -s")
    .concat("test-plugin -h a.so", "audit -- -c x", "krakend");
  assertEquals(others.filter((line) => parse(line).service), []);
});

Deno.test("what krakend does not know, or cannot run, is refused with the remedy", () => {
  const remedy = "run needs a configuration file: add -c FILE";
  const lines = ["run", "run -d", "run -c", "run --config=", "krakend run"];
  const rows = {
    ...Object.fromEntries(lines.map((line) => [line, remedy])),
    "rnu -c x": 'Unknown command "rnu": did you mean "run"? Or write',
    "krakend chekc": 'Unknown command "chekc": did you mean "check"? Or write',
    "conf/krakend.json": 'did you mean "run -c conf/krakend.json"? Or write',
    "start -c x":
      'Unknown command "start": write a command of krakend, such as run -c krakend.json (krakend knows run, check, validate,',
    "mkae": "a command of another program comes after --",
  };
  for (const [line, message] of Object.entries(rows)) {
    assertThrows(() => parse(line), UsageError, message);
  }
});

Deno.test("another program is a path or, where any is allowed, a word that krakend does not know", () => {
  const rows: [line: string, isPlain: boolean, isAllowed: boolean][] = [
    ["", false, false],
    ["make", false, true],
    ["/usr/bin/krakend-ee run", true, true],
    ["rnu -c x", false, true],
    ["./make", true, true],
    ["conf/krakend.json", false, true],
    ["run -c x", false, false],
    ["krakend fly", false, false],
    ["./krakend fly", false, false],
  ];
  for (const [line, isPlain, isAllowed] of rows) {
    const words = line.split(" ").filter(Boolean);
    assertEquals(isOtherProgram(words, false), isPlain, line);
    assertEquals(isOtherProgram(words, true), isAllowed, line);
  }
});

Deno.test("another configuration file takes the place of the one that counts", () => {
  const rows = {
    "run -c x.json -d": "run -c NEW -d",
    "run -dcx.json": "run -dcNEW",
    "run -c=x.json -p 9": "run -c=NEW -p 9",
    "run --config=x.json -- -c y": "run --config=NEW -- -c y",
    "check -c x.json -cx.json": "check -c x.json -cNEW",
    "version": "version",
  };
  for (const [line, expected] of Object.entries(rows)) {
    assertEquals(argsWithConfig(line.split(" "), "NEW").join(" "), expected);
  }
});

const anyArgument = fc.oneof(
  fc.constantFrom("-c", "--config", "-cx", "-dc", "-c=x", "--config=", "-p"),
  fc.constantFrom("-d", "-p8", "--port=8", "--", "-", "-h", "x.json", "-dcx"),
  fc.string({ maxLength: 6 }),
);

Deno.test("any arguments are read or refused, and changed in nothing but the configuration file", () => {
  let changed = 0;
  fc.assert(
    fc.property(fc.array(anyArgument, { maxLength: 5 }), (flags) => {
      try {
        const { args, service } = parseCommand(["run", ...flags], {});
        assertEquals(args, ["run", ...flags]);
        if (!service) return;
        const other = parseCommand(argsWithConfig(args, "/a/NEW"), {});
        assertEquals(other.service, { ...service, configFile: "/a/NEW" });
        changed++;
      } catch (error) {
        assert(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
  assert(changed > 300, `only ${changed} were changed`);
});

/** The help of a krakend that has one flag more than we know. */
const HELP = `Usage:
  krakend check [flags]

Examples:
  --settle

Flags:
  -c, --config string   the file
  -h, --help            help for check
  -r, --regex           a new one

Global Flags:
      --quiet   another`;

Deno.test("an option of ours behind the command is refused with the corrected line", async () => {
  const rows = {
    "run -c x --poll": "--poll run -c x",
    "run --poll=1s -c x": "--poll=1s run -c x",
    "run --settle 1s -c x": "--settle 1s run -c x",
    "run -c x -t 30s -d": "-t 30s run -c x -d",
    "run -t30s -c x": "-t30s run -c x",
    "run -v -c x --settle 1s -d": "-v --settle 1s run -c x -d",
    "version -v": "-v version",
    "run -c x -r a -v": "-v run -c x -r a",
    "run -c it's --poll": "--poll run -c 'it'\\''s'",
  };
  for (const [line, corrected] of Object.entries(rows)) {
    const [option] = corrected.split(" ");
    const [subcommand] = line.split(" ");
    await assertRejects(
      () => refuseMisplaced(line.split(" "), () => Promise.resolve(HELP)),
      UsageError,
      `"${option}" is an option of krakend-watch and no flag of krakend ${subcommand}, so it belongs before the command: krakend-watch ${corrected}`,
    );
  }
});

Deno.test("flags that krakend has or may have, values, and words after two dashes are not taken for ours", async () => {
  const lines = ["run -dc krakend.json -p 8080 --debug", "run -c --poll"]
    .concat("run --config --poll", "run -p -t -c x", "run -h", "run -- --poll")
    .concat("run --settled", "run -", "run -dv", "run -- -v", "help")
    .concat("check -tdc x --lint", "audit -s x", "test-plugin -s a.so");
  for (const line of lines) {
    await refuseMisplaced(line.split(" "), () => Promise.reject(line));
  }
  const asked = (line: string, help: string) =>
    refuseMisplaced(line.split(" "), () => Promise.resolve(help));
  await asked("check -c x --regex --quiet", HELP);
  await asked("run -c x --poll", "gateway at work");
  await asked("run -c x --poll", "Flags:\n      --poll   poll");
});

Deno.test("flagsIn() finds flags in lists, and none in examples", () => {
  const flags = ["c", "config", "h", "help", "r", "regex", "quiet"];
  assertEquals([...flagsIn(HELP)], flags);
  assertEquals(flagsIn("").size, 0);
});

Deno.test("the time to read a command grows with its length", async () => {
  await assertLinear((size) => {
    const words = ["run", "-c", "x", ...Array(size).fill("--poll")];
    return () => {
      parseCommand(words, {});
      refuseMisplaced(words, () => Promise.resolve("")).catch(() => {});
    };
  }, 2_000);
  await assertLinear((size) => {
    const help = `Flags:\n${"  -c, --config string   the file\n".repeat(size)}`;
    return () => assertEquals(flagsIn(help).size, 2);
  }, 2_000);
});

Deno.test("no subcommand has two flags with the same name or letter", () => {
  for (const { name, options } of SUBCOMMANDS) {
    const names = options.flatMap((it) => [it.name, it.short]);
    assertEquals(new Set(names).size, 2 * options.length, name);
  }
});

type Write = (name: string, text?: string, mode?: number) => string;

/** Runs a test in a folder of its own, with a function that writes a program and returns its path. */
function withFolder(test: (folder: string, write: Write) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    for (const name of ["a", "b", "c"]) Deno.mkdirSync(`${folder}/${name}`);
    test(folder, (name, text = "#!/bin/sh\n", mode = 0o755) => {
      Deno.writeTextFileSync(`${folder}/${name}`, text, { mode });
      return `${folder}/${name}`;
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Finds krakend without a word about where it is, but for some. */
function find(sources: Partial<Parameters<typeof findKrakend>[0]>): string {
  return findKrakend({ option: undefined, command: [], env: {}, ...sources });
}

Deno.test("krakend is that of the option, of the command, of KRAKEND_BIN, or on PATH", () => {
  withFolder((folder, write) => {
    const onPath = write("krakend");
    const [bin, option] = [write("bin"), write("option")];
    const inCommand = write("a/krakend");
    Deno.symlinkSync(Deno.execPath(), `${folder}/link`);
    const PATH = `/does/not/exist::${folder}`;
    const env = { PATH, KRAKEND_BIN: bin };
    assertEquals(find({ env: { PATH } }), onPath);
    assertEquals(find({ env: { PATH }, command: ["krakend", "run"] }), onPath);
    assertEquals(find({ env, command: ["run"] }), bin);
    assertEquals(find({ env, command: [inCommand, "run"] }), inCommand);
    assertEquals(find({ env, command: [inCommand], option }), option);
    assertEquals(find({ env, option: "option" }), option);
    assertEquals(find({ option: `${folder}/link` }), `${folder}/link`);
  });
});

/** Asserts the exit code and the message of an error. */
function assertFatal(find: () => string, exitCode: number, message: string) {
  const error = assertThrows(find, FatalError);
  assertEquals([error.exitCode, error.message], [exitCode, message]);
}

Deno.test("the first program on PATH that can be run is taken, and else the first one has the blame", () => {
  withFolder((folder, write) => {
    const path = [`${folder}/a`, `${folder}/b`, `${folder}/c`].join(":");
    Deno.mkdirSync(`${folder}/a/make`);
    write("b/make", "#!/bin/sh\n", 0o644);
    const message = `Cannot run "${folder}/a/make": it is a folder`;
    assertFatal(() => findProgram("make", path), 126, message);
    assertEquals(write("c/make"), findProgram("make", path));
  });
});

Deno.test("a program that is not there is 127, and the message names where it was to be", () => {
  const advice =
    "install KrakenD, or name its program with --krakend PATH or KRAKEND_BIN";
  const rows: [Parameters<typeof find>[0], name: string][] = [
    [{}, '"krakend" (from PATH)'],
    [{ env: { PATH: "/does/not/exist" } }, '"krakend" (from PATH)'],
    [{ option: "/no/k" }, '"/no/k" (from --krakend)'],
    [{ command: ["/no/krakend"] }, '"/no/krakend" (from the command)'],
    [{ env: { KRAKEND_BIN: "no-k" } }, '"no-k" (from KRAKEND_BIN)'],
  ];
  for (const [sources, name] of rows) {
    assertFatal(() => find(sources), 127, `Cannot find ${name}: ${advice}`);
  }
  const programs = {
    "mkae": '"mkae" on PATH',
    "rnu": '"rnu" on PATH; did you mean krakend\'s "run"?',
    "./mkae": '"./mkae"',
    "/dev/null/x": '"/dev/null/x"',
    "": '"" on PATH',
  };
  for (const [name, text] of Object.entries(programs)) {
    const message = `Cannot find the program ${text}`;
    assertFatal(() => findProgram(name, "/does/not/exist"), 127, message);
  }
});

Deno.test("a file that is there and cannot be run is 126, and the message names the reason", () => {
  withFolder((folder, write) => {
    const rows = {
      [folder]: "it is a folder",
      ["/dev/null"]: "it is not a file",
      [write("text", "hello", 0o644)]: "it is not executable (chmod +x)",
      [write("empty", "")]: "it is neither a program nor a script with #!",
      [write("garbage", "echo")]:
        "it is neither a program nor a script with #!",
    };
    for (const [path, reason] of Object.entries(rows)) {
      const message = `Cannot run "${path}": ${reason}`;
      assertFatal(() => findProgram(path), 126, message);
      assertFatal(() => find({ option: path }), 126, message);
    }
  });
  // A name that the user gave may be a file of the working folder, too.
  const file = `Cannot run "${Deno.cwd()}/deno.json": it is not executable`;
  assertThrows(() => find({ option: "deno.json" }), FatalError, file);
  const env = { PATH: "/bin" };
  const cwd = `Cannot run "${Deno.cwd()}": it is a folder`;
  assertFatal(() => find({ option: ".", env }), 126, cwd);
});

Deno.test("neither our variables nor those of the Deno CLI reach a child, and all others do", () => {
  const others = { EMPTY: "", KRAKEND_PORT: "8090", KRAKEND_BINARY: "x" };
  const similar = { KRAKEND_WATCHER: "x", MY_KRAKEND_WATCH_SETTLE: "x" };
  const ours = OPTIONS.map(({ name }) => [variableOf(name), "1"]);
  const rest = { ...others, ...similar };
  const env = { ...rest, ...Object.fromEntries(ours), KRAKEND_BIN: "/k" };
  assertEquals(childEnvironment(env), { ...rest, KRAKEND_BIN: "/k" });
  assertEquals(gatewayEnvironment(env), rest);

  const shim = "/root/.cache/deno/node_compat_bin";
  const DENO_NODE_SHIM_ACTIVE = "1";
  for (const PATH of ["/usr/bin::/bin", `/bin:${shim}`]) {
    const active = { DENO_NODE_SHIM_ACTIVE, PATH: `${shim}:${PATH}` };
    assertEquals(childEnvironment(active), { PATH });
  }
  assertEquals(childEnvironment({ PATH: shim }), { PATH: shim });
});
