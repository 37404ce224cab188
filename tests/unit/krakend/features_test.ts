import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseFlags, readCheckFlags } from "../../../lib/krakend/features.ts";
import { soon, withFolder, writeScript } from "../support.ts";

/** The help of krakend 2.13, without its logo. */
const HELP = `Version: 2.13.8

Validates that the active configuration file has a valid syntax to run the service.
Change the configuration file by using the --config flag

Usage:
  krakend check [flags]

Aliases:
  check, validate

Examples:
krakend check -d -x -c config.json

Flags:
  -c, --config string        Path to the configuration file
  -d, --debug count          Information about how KrakenD is interpreting your configuration file
  -h, --help                 help for check
  -i, --indent string        Indentation of the check dump (default "\\t")
  -l, --lint                 Enables the linting against the official KrakenD online JSON schema
  -n, --lint-no-network      Lint against the builtin Krakend JSON schema, no network is required
  -s, --lint-schema string   Lint against a custom schema path or URL
  -t, --test-gin-routes      Tests the endpoint patterns against a real gin router on the selected port
`;

async function flagsOf(body: string): Promise<ReadonlySet<string>> {
  let flags: ReadonlySet<string> = new Set();
  await withFolder(async (folder) => {
    const spec = {
      program: await writeScript(folder, "krakend", body),
      cwd: folder,
      env: { PATH: Deno.env.get("PATH") ?? "" },
      compiledFile: join(folder, "compiled.json"),
    };
    flags = await soon("the help was read", readCheckFlags(spec));
  });
  return flags;
}

Deno.test("the flags of krakend's help are found, and nothing of its examples", () => {
  assertEquals(
    [...parseFlags(HELP)].sort(),
    [
      ..."cdhilnst",
      ...["config", "debug", "help", "indent", "lint"],
      ...["lint-no-network", "lint-schema", "test-gin-routes"],
    ].sort(),
  );
});

Deno.test("flags without a letter, global flags and Windows' ends of lines are understood", () => {
  const help =
    'Flags:\n      --only-long   Not --this\n\nGlobal Flags:\n  -v, --verbose\n\nUse "x --help" for more.\n  --none\n';
  const flags = ["only-long", "v", "verbose"];
  assertEquals([...parseFlags(help)], flags);
  assertEquals([...parseFlags(help.replaceAll("\n", "\r\n"))], flags);
});

Deno.test("a text that is no help has no flags", () => {
  for (const text of ["", "unknown command", "  -c, --config", "Flags:"]) {
    assertEquals(parseFlags(text).size, 0);
  }
});

Deno.test("krakend is asked for the help of its check", async () => {
  const script =
    'if [ "$*" = "check --help" ]; then printf "Flags:\\n  -n, --lint-no-network  x\\n"; fi';
  assertEquals(await flagsOf(script), new Set(["n", "lint-no-network"]));
});

Deno.test("a help on standard error, with a failure, is a help", async () => {
  const script = 'printf "Flags:\\n  -c, --config string\\n" >&2; exit 1';
  assertEquals(await flagsOf(script), new Set(["c", "config"]));
});

Deno.test("a krakend that cannot be started has no flags", async () => {
  const spec = { program: "/none", cwd: "/", env: {}, compiledFile: "" };
  assertEquals((await readCheckFlags(spec)).size, 0);
});
