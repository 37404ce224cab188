import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OPTIONS, SUBCOMMANDS, variableOf } from "../../../lib/cli/table.ts";
import { FatalError, UsageError } from "../../../lib/errors.ts";
import {
  argsWithConfig,
  childEnvironment,
  findKrakend,
  findMisplaced,
  findProgram,
  flagsIn,
  gatewayEnvironment,
  isOtherProgram,
  krakendPathOf,
  parseCommand,
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
  assertEquals(parse(""), {
    args: ["run", "-c", "krakend.json", "-d"],
    subcommand: "run",
    service: { ...RUN, configFile: "krakend.json" },
  });
  const env = { KRAKEND_CONFIG: "/etc/gateway.yml" };
  assertEquals(parse("", env).args.join(" "), "run -c /etc/gateway.yml -d");
  assertEquals(parse("", env).service?.configFile, "/etc/gateway.yml");
  assertEquals(parse("", { KRAKEND_CONFIG: "" }).args[2], "krakend.json");
  assertEquals(parse("run -c x.json", env).service?.configFile, "x.json");
});

Deno.test("a configuration file and a port are found in each way that pflag takes", () => {
  const configs = ["-c x.json", "-cx.json", "-c=x.json", "-dc x.json"]
    .concat("-dcx.json", "-ddc=x.json", "--config x.json", "--config=x.json")
    .concat("-c y.json -c x.json", "somewhere -c x.json", "--debug -c x.json");
  for (const config of configs) {
    const line = `run ${config}`;
    assertEquals(parse(line), {
      args: line.split(" "),
      subcommand: "run",
      service: RUN,
    });
    assertEquals(parse(`krakend ${line}`), parse(line));
  }
  const ports = ["-p 8090", "-p8090", "-p=8090", "--port 8090", "--port=8090"];
  for (const port of [...ports, "-p 1 -p 8090", "-dp8090"]) {
    const { service } = parse(`run ${port} -c x.json`);
    assertEquals(service, { ...RUN, port: 8_090 }, port);
  }
  for (const port of ["-p 0", "-p", "-- -p 9"]) {
    assertEquals(parse(`run -c x.json ${port}`).service, RUN, port);
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

Deno.test("a run without a configuration file is refused with the remedy", () => {
  const lines = ["run", "run -d", "run -c", "run --config=", "krakend run"];
  for (const line of lines) {
    assertThrows(
      () => parse(line),
      UsageError,
      "run needs a configuration file: add -c FILE",
    );
  }
});

Deno.test("a word that is no command of krakend's is refused with the one that is meant", () => {
  const rows = {
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

Deno.test("a path to krakend may stand before its command, and names the program", () => {
  for (const program of ["/usr/bin/krakend", "./krakend"]) {
    const words = [program, "run", "-c", "x.json"];
    assertEquals(krakendPathOf(words), program);
    assertEquals(isOtherProgram(words, true), false);
    assertEquals(parseCommand(words, {}), parse("run -c x.json"));
  }
  for (const line of ["krakend run", "run", "/usr/bin/krakend-ee run"]) {
    assertEquals(krakendPathOf(line.split(" ")), undefined);
  }
});

Deno.test("another program is a path or, where any is allowed, a word that krakend does not know", () => {
  const rows: [line: string, isPlain: boolean, isAllowed: boolean][] = [
    ["make", false, true],
    ["krakend-ee run", false, true],
    ["rnu -c x", false, true],
    ["./make", true, true],
    ["bin/run.sh", true, true],
    ["conf/krakend.json", false, true],
    ["run -c x", false, false],
    ["help", false, false],
    ["krakend fly", false, false],
    ["./krakend fly", false, false],
  ];
  for (const [line, isPlain, isAllowed] of rows) {
    const words = line.split(" ");
    assertEquals(isOtherProgram(words, false), isPlain, line);
    assertEquals(isOtherProgram(words, true), isAllowed, line);
  }
  assertEquals(isOtherProgram([], true), false);
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

Deno.test("an option of ours behind the command is refused with the corrected line", () => {
  const rows: [line: string, corrected: string][] = [
    ["run -c x --poll", "--poll run -c x"],
    ["run --poll=1s -c x", "--poll=1s run -c x"],
    ["run --settle 1s -c x", "--settle 1s run -c x"],
    ["run -c x -t 30s -d", "-t 30s run -c x -d"],
    ["run -t30s -c x", "-t30s run -c x"],
    ["run -v -c x --settle 1s -d", "-v --settle 1s run -c x -d"],
    ["version -v", "-v version"],
    ["run -c x -r a -v", "-v run -c x -r a"],
    ["run -c it's --poll", "--poll run -c 'it'\\''s'"],
  ];
  for (const [line, corrected] of rows) {
    const args = line.split(" ");
    const [subcommand = ""] = args;
    const misplaced = findMisplaced(args, OPTIONS);
    assertEquals(misplaced?.helpArgs, [subcommand, "--help"], line);
    const error = misplaced?.errorFor(HELP);
    const [option] = corrected.split(" ");
    assertEquals(
      error?.message,
      `"${option}" is an option of krakend-watch and no flag of krakend ${subcommand}, so it belongs before the command: krakend-watch ${corrected}`,
    );
  }
});

Deno.test("flags of krakend's, values, and words after two dashes are not taken for ours, without a question", () => {
  const lines = [
    "run -c krakend.json -d",
    "run -dc krakend.json -p 8080 --debug",
  ]
    .concat("run -c --poll", "run --config --poll", "run -p -t -c x", "run -h")
    .concat("run -- --poll", "run --settled", "run -", "run -dv", "run -- -v")
    .concat("check -tdc x --lint", "audit -s x", "test-plugin -s a.so", "help");
  for (const line of lines) {
    assertEquals(findMisplaced(line.split(" "), OPTIONS), undefined, line);
  }
});

Deno.test("a krakend that has the flag, or does not list its flags, decides for itself", () => {
  const has = findMisplaced(
    ["check", "-c", "x", "--regex", "--quiet"],
    OPTIONS,
  );
  assertEquals(has?.errorFor(HELP), undefined);
  const asked = findMisplaced(["run", "-c", "x", "--poll"], OPTIONS);
  assertEquals(asked?.errorFor("gateway at work"), undefined);
  assertEquals(asked?.errorFor("Flags:\n      --poll   poll"), undefined);
});

Deno.test("flagsIn() finds flags in lists, and none in examples", () => {
  assertEquals(
    [...flagsIn(HELP)].sort(),
    ["c", "config", "h", "help"].concat("quiet", "r", "regex"),
  );
  assertEquals(flagsIn("").size, 0);
});

Deno.test("the time to read a command grows with its length", () => {
  assertLinear((size) => {
    const words = ["run", "-c", "x", ...Array(size).fill("--poll")];
    return () =>
      findMisplaced(parseCommand(words, {}).args, OPTIONS)
        ?.errorFor(HELP);
  }, 2_000);
  assertLinear((size) => {
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

/** Runs a test in a folder of its own. */
function withFolder(test: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Writes an executable file and returns its path. */
function write(
  folder: string,
  name: string,
  text = "#!/bin/sh\n",
  mode = 0o755,
) {
  const path = `${folder}/${name}`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
  return path;
}

Deno.test("krakend is that of the option, of the command, of KRAKEND_BIN, or on PATH", () => {
  withFolder((folder) => {
    const onPath = write(folder, "krakend");
    const [bin, option] = [write(folder, "bin"), write(folder, "option")];
    const inCommand = write(`${folder}/sub`, "krakend");
    const find = (sources: Partial<Parameters<typeof findKrakend>[0]>) =>
      findKrakend({
        option: undefined,
        command: ["run"],
        env: { PATH: `/does/not/exist::${folder}` },
        ...sources,
      });
    const env = { PATH: folder, KRAKEND_BIN: bin };
    assertEquals(find({}), onPath);
    assertEquals(find({ command: ["krakend", "run"] }), onPath);
    assertEquals(find({ env }), bin);
    assertEquals(find({ env, command: [inCommand, "run"] }), inCommand);
    assertEquals(find({ env, command: [inCommand], option }), option);
    assertEquals(find({ option: "option" }), option);
    assertEquals(find({ option: Deno.execPath() }), Deno.execPath());
    Deno.symlinkSync(Deno.execPath(), `${folder}/link`);
    assertEquals(find({ option: `${folder}/link` }), `${folder}/link`);
  });
});

Deno.test("the first program on PATH that can be run is taken, and else the first one has the blame", () => {
  withFolder((folder) => {
    const places = ["a", "b", "c"].map((name) => `${folder}/${name}`);
    const [first = "", second = "", third = ""] = places;
    Deno.mkdirSync(`${first}/make`, { recursive: true });
    write(second, "make", "#!/bin/sh\n", 0o644);
    const find = () => findProgram("make", places.join(":"));
    assertThrows(
      find,
      FatalError,
      `Cannot run "${first}/make": it is a folder`,
    );
    const path = write(third, "make");
    assertEquals(find(), path);
  });
});

/** Asserts the exit code and the message of an error. */
function assertFatal(find: () => string, exitCode: number, message: string) {
  const error = assertThrows(find, FatalError);
  assertEquals([error.exitCode, error.message], [exitCode, message]);
}

Deno.test("a program that is not there is 127, and the message names where it was to be", () => {
  const advice =
    "install KrakenD, or name its program with --krakend PATH or KRAKEND_BIN";
  const find =
    (option: string | undefined, env: Record<string, string>) => () =>
      findKrakend({ option, command: [], env });
  const env = { PATH: "/does/not/exist" };
  assertFatal(
    find(undefined, env),
    127,
    `Cannot find "krakend" (from PATH): ${advice}`,
  );
  assertFatal(
    find(undefined, {}),
    127,
    `Cannot find "krakend" (from PATH): ${advice}`,
  );
  assertFatal(
    find("/no/k", env),
    127,
    `Cannot find "/no/k" (from --krakend): ${advice}`,
  );
  assertFatal(
    find(undefined, { KRAKEND_BIN: "no-k" }),
    127,
    `Cannot find "no-k" (from KRAKEND_BIN): ${advice}`,
  );
  const rows = {
    mkae: 'Cannot find the program "mkae" on PATH',
    rnu:
      'Cannot find the program "rnu" on PATH; did you mean krakend\'s "run"?',
    "./mkae": 'Cannot find the program "./mkae"',
    "/dev/null/x": 'Cannot find the program "/dev/null/x"',
    "": 'Cannot find the program "" on PATH',
  };
  for (const [name, message] of Object.entries(rows)) {
    assertFatal(() => findProgram(name, env.PATH), 127, message);
  }
});

Deno.test("a file that is there and cannot be run is 126, and the message names the reason", () => {
  withFolder((folder) => {
    const rows = {
      [folder]: "it is a folder",
      ["/dev/null"]: "it is not a file",
      [write(folder, "text", "hello", 0o644)]:
        "it is not executable (chmod +x)",
      [write(folder, "empty", "")]:
        "it is neither a program nor a script with #!",
      [write(folder, "garbage", "echo")]:
        "it is neither a program nor a script with #!",
    };
    for (const [path, reason] of Object.entries(rows)) {
      const message = `Cannot run "${path}": ${reason}`;
      assertFatal(() => findProgram(path, undefined), 126, message);
      const sources = { option: path, command: [], env: {} };
      assertFatal(() => findKrakend(sources), 126, message);
    }
  });
});

Deno.test("a name that the user gave may be a file of the working folder, too", () => {
  const find = () => findKrakend({ option: "deno.json", command: [], env: {} });
  const message =
    `Cannot run "${Deno.cwd()}/deno.json": it is not executable (chmod +x)`;
  assertFatal(find, 126, message);
  const folder = () =>
    findKrakend({ option: ".", command: [], env: Deno.env.toObject() });
  assertFatal(folder, 126, `Cannot run "${Deno.cwd()}/.": it is a folder`);
});

Deno.test("neither our variables nor those of the Deno CLI reach a child, and all others do", () => {
  const others = {
    EMPTY: "",
    FC_ENABLE: "1",
    KRAKEND_PORT: "8090",
    KRAKEND_BINARY: "x",
    KRAKEND_WATCHER: "x",
    MY_KRAKEND_WATCH_SETTLE: "x",
    PATH: "/bin:/home/me/node_compat_bin",
    DENO_DIR: "/deno",
  };
  const ours = Object.fromEntries(
    OPTIONS.map(({ name }) => [variableOf(name), "1"]),
  );
  const env = { ...others, ...ours, KRAKEND_BIN: "/bin/krakend" };
  assertEquals(childEnvironment(env), {
    ...others,
    KRAKEND_BIN: "/bin/krakend",
  });
  assertEquals(gatewayEnvironment(env), others);
});

Deno.test("the folder that the Deno CLI puts at the head of PATH is taken away", () => {
  const shim = "/root/.cache/deno/node_compat_bin";
  const rows: [PATH: string, expected: Record<string, string>][] = [
    [`${shim}:/usr/bin::/bin`, { PATH: "/usr/bin::/bin" }],
    [`/bin:${shim}`, { PATH: `/bin:${shim}` }],
    [shim, {}],
  ];
  for (const [PATH, expected] of rows) {
    assertEquals(
      childEnvironment({ PATH, DENO_NODE_SHIM_ACTIVE: "1" }),
      expected,
    );
  }
  assertEquals(childEnvironment({ PATH: shim }), { PATH: shim });
});
