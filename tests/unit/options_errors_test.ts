import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseOptions } from "../../lib/options.ts";

/** What the user is told about a line of words without blanks in them. */
function complaint(line: string, env: Record<string, string> = {}): string {
  const words = line.split(" ").filter(Boolean);
  return assertThrows(() => parseOptions(words, env), UsageError).message;
}

Deno.test("an unknown option is refused with the nearest one that is known", () => {
  assertEquals(
    complaint("--setle 1s run"),
    'Unknown option "--setle": did you mean "--settle"? See krakend-watch --help',
  );
  assert(complaint("--shutdown-time=1s").includes('"--shutdown-timeout"'));
});

Deno.test("an unknown short option is told where the options of krakend belong", () => {
  assertEquals(
    complaint("-p 8081"),
    'Unknown option "-p": options of krakend itself come after its command. See krakend-watch --help',
  );
});

Deno.test("an unknown option is found behind known ones", () => {
  assert(complaint("-v --settle 1s --wat run").includes('"--wat"'));
  assert(complaint("-vx run").startsWith('Unknown option "-'));
});

Deno.test("an option that is cut short is refused with the only one that begins so", () => {
  assert(complaint("--shut 1s").includes('did you mean "--shutdown-timeout"?'));
});

Deno.test("a word that is none of an option's is refused with the nearest of them", () => {
  assertEquals(
    complaint("--log-format=jsn"),
    'Option "--log-format": got "jsn", write text or json; did you mean "json"?',
  );
  assertEquals(
    complaint("--lint=strict"),
    'Option "--lint": got "strict", write off, warn or error',
  );
  assert(complaint("--completions tcsh").includes("bash, zsh, fish or"));
  assert(complaint("--help=al").includes('did you mean "all"?'));
});

Deno.test("an option without its value is named", () => {
  for (const line of ["--settle", "--settle=", "-v --settle"]) {
    assertEquals(complaint(line), 'Option "--settle" needs a value', line);
  }
  assertEquals(complaint("-t"), 'Option "--shutdown-timeout" needs a value');
  assertEquals(
    complaint("--completions"),
    'Option "--completions" needs a value: bash, zsh, fish or powershell',
  );
});

Deno.test("a value that is no duration is named with its option", () => {
  const message = complaint("--settle 5x");
  assert(message.startsWith('Option "--settle": Cannot parse "5x"'), message);
});

Deno.test("a value in the environment that is no duration is refused too", () => {
  const message = complaint("", { KRAKEND_WATCH_SHUTDOWN_TIMEOUT: "soon" });
  assert(message.includes('Cannot parse "soon" as a duration'), message);
});

Deno.test("a switch in the environment that is neither on nor off is named with its variable", () => {
  assertEquals(
    complaint("", { KRAKEND_WATCH_VERBOSE: "maybe" }),
    'Cannot parse "KRAKEND_WATCH_VERBOSE" as a switch: got "maybe", ' +
      "write 1 or 0, true or false, yes or no, on or off",
  );
});

Deno.test("verbose and quiet exclude each other", () => {
  assertEquals(
    complaint("-v -q"),
    "--verbose and --quiet exclude each other",
  );
});

Deno.test("an interval that is a busy loop is refused", () => {
  assertEquals(
    complaint("--poll=5ms"),
    'Option "--poll": cannot look every "5ms", an interval is at least 10ms',
  );
});

Deno.test("files only and folders only exclude each other", () => {
  assertEquals(
    complaint("--only-files --only-dirs"),
    "--only-files and --only-dirs exclude each other",
  );
});

Deno.test("names that mean something to a parser are unknown options like others", () => {
  for (const line of ["--_ x", "--__proto__ x", "--constructor"]) {
    assert(complaint(line).startsWith("Unknown option"), line);
  }
});
