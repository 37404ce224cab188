import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import {
  isOtherProgram,
  krakendPathOf,
  parseKrakendCommand,
} from "../../../lib/krakend/command.ts";

/** The command for a line of words without blanks in them. */
function parse(line: string, env: Record<string, string> = {}) {
  return parseKrakendCommand(line.split(" ").filter(Boolean), env);
}

Deno.test("no words mean the service of the old config-watcher image", () => {
  const { args, service } = parse("");
  assertEquals(args.join(" "), "run -c krakend.json -d");
  assertEquals(service, {
    configFile: "krakend.json",
    port: undefined,
    isCheck: false,
    plugins: [],
  });
});

Deno.test("KRAKEND_CONFIG names the file when there are no words", () => {
  const env = { KRAKEND_CONFIG: "/etc/gateway.yml" };
  const { args, service } = parse("", env);
  assertEquals(args.join(" "), "run -c /etc/gateway.yml -d");
  assertEquals(service?.configFile, "/etc/gateway.yml");
  assertEquals(parse("", { KRAKEND_CONFIG: "" }).args[2], "krakend.json");
  assertEquals(parse("run -c x.json", env).service?.configFile, "x.json");
});

Deno.test("the arguments of krakend are left as they are", () => {
  for (const line of ["run -dc x.json -p=0080 --foo", "check -tlc x", "help"]) {
    assertEquals(parse(line).args.join(" "), line);
  }
});

Deno.test("the name of the program may stand before its command", () => {
  const { args, service } = parse("krakend run -c x.json");
  assertEquals(args.join(" "), "run -c x.json");
  assertEquals(service?.configFile, "x.json");
  assertEquals(parse("krakend"), { args: [], service: undefined });
});

Deno.test("the configuration file is found in every way that pflag lets it be written", () => {
  const lines = [
    "run -c x.json",
    "run -cx.json",
    "run -c=x.json",
    "run --config x.json",
    "run --config=x.json",
    "run -d -c x.json",
    "run -dc x.json",
    "run -dcx.json",
    "run -p 80 -c x.json",
    "run -c y.json -c x.json",
    "run somewhere -c x.json",
  ];
  for (const line of lines) {
    assertEquals(parse(line).service?.configFile, "x.json", line);
  }
});

Deno.test("the port is found in every way that pflag lets it be written", () => {
  const lines = ["-p 8090", "-p8090", "-p=8090", "--port 8090", "--port=8090"];
  for (const line of lines) {
    assertEquals(parse(`run -d ${line} -c x`).service?.port, 8090, line);
  }
});

Deno.test("the port zero, as its default, overrides nothing", () => {
  assertEquals(parse("run -c x -p 0").service?.port, undefined);
  assertEquals(parse("run -c x").service?.port, undefined);
});

Deno.test("a run without a configuration file is refused with what is to be added", () => {
  for (
    const line of ["run", "run -d", "run -c", "run --config=", "krakend run"]
  ) {
    const error = assertThrows(() => parse(line), UsageError);
    assert(error.message.includes("add -c FILE"), error.message);
  }
});

Deno.test("a run that only shows its help is no service", () => {
  assertEquals(parse("run --help").service, undefined);
  assertEquals(parse("run -h").service, undefined);
});

Deno.test("commands that look at a configuration are checks", () => {
  const lines = ["check -c x", "validate -tc x", "audit --config=x"];
  for (const line of lines) {
    assertEquals(parse(line).service?.isCheck, true);
    assertEquals(parse(line).service?.configFile, "x");
  }
});

Deno.test("plugins are tested without a configuration", () => {
  const { service } = parse("test-plugin -scm a.so b.so");
  assertEquals(service?.isCheck, true);
  assertEquals(service?.plugins, ["a.so", "b.so"]);
});

Deno.test("other commands are no service, and neither are checks of nothing", () => {
  const lines = ["check --help", "validate", "version", "help run"];
  assertEquals(lines.filter((line) => parse(line).service), []);
});

Deno.test("a command that krakend does not know is named, with those that it does", () => {
  const error = assertThrows(() => parse("start -c x"), UsageError);
  assert(error.message.startsWith('Unknown command "start"'), error.message);
  assert(error.message.includes("run, check, validate"), error.message);
  assertThrows(() => parse("krakend start"), UsageError, '"start"');
});

Deno.test("a path to krakend may stand before its command, and names the program", () => {
  for (const program of ["/usr/bin/krakend", "./krakend", "bin/krakend.exe"]) {
    const words = [program, "run", "-c", "x.json"];
    assertEquals(krakendPathOf(words), program);
    assertEquals(isOtherProgram(words, true), false);
    const { args, service } = parseKrakendCommand(words, {});
    assertEquals(args, ["run", "-c", "x.json"]);
    assertEquals(service?.configFile, "x.json");
  }
  assertEquals(krakendPathOf(["krakend", "run"]), undefined);
  assertEquals(krakendPathOf(["run"]), undefined);
});

Deno.test("where any program is welcome, a word that krakend does not know is one", () => {
  const isOther = (line: string) => isOtherProgram(line.split(" "), true);
  assertEquals(["make", "sh -c x", "krakend-ee run", "echo {}"].map(isOther), [
    true,
    true,
    true,
    true,
  ]);
  assertEquals(["run -c x", "check", "krakend fly", "help"].map(isOther), [
    false,
    false,
    false,
    false,
  ]);
  assertEquals(isOtherProgram([], true), false);
});

Deno.test("elsewhere only a path is another program, and the path of a configuration is a slip", () => {
  const isOther = (line: string) => isOtherProgram(line.split(" "), false);
  assertEquals(["./make", "/bin/sh -c x", "bin/run.sh"].map(isOther), [
    true,
    true,
    true,
  ]);
  assertEquals(["make", "rnu -c x", "conf/krakend.json"].map(isOther), [
    false,
    false,
    false,
  ]);
});

Deno.test("a misspelt command is refused with the one that is meant", () => {
  for (const [written, meant] of [["rnu", "run"], ["chekc", "check"]]) {
    const error = assertThrows(
      () => parseKrakendCommand([written ?? "", "-c", "krakend.json"], {}),
      UsageError,
    );
    assert(error.message.includes(`did you mean "${meant}"?`), error.message);
  }
});
