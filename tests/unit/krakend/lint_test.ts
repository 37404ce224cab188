import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import type { CheckSpec } from "../../../lib/krakend/check.ts";
import { canLint, lintConfig } from "../../../lib/krakend/lint.ts";
import { soon, withFolder, writeScript } from "../support.ts";

/** Runs a test with a krakend that does what a script says. */
function withKrakend(
  body: string,
  test: (spec: CheckSpec) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    await test({
      program: await writeScript(folder, "krakend", body),
      configFile: "krakend.json",
      cwd: folder,
      env: { PATH: Deno.env.get("PATH") ?? "", FC_OUT: join(folder, "theirs") },
      compiledFile: join(folder, "compiled.json"),
      timeoutMs: 10_000,
    });
  });
}

function lint(spec: CheckSpec): Promise<string[]> {
  const never = new AbortController().signal;
  return soon("the lint ended", lintConfig(spec, never));
}

const FINDS =
  `printf "ERROR linting the configuration file:\\tjsonschema validation failed with 'schema.json#'\\n" >&2
printf -- "- at '/port': got string, want integer\\n- at '': missing property 'version'\\n\\n" >&2
exit 1`;

Deno.test("what the schema does not allow is told, and FC_OUT is a file of ours", () =>
  withKrakend(
    `[ "$*" = "check --lint-no-network -c krakend.json" ] || exit 3
: > "$FC_OUT"; ${FINDS}`,
    async (spec) => {
      assertEquals(await lint(spec), [
        "at '': missing property 'version'",
        "at '/port': got string, want integer",
      ]);
      assertEquals(await exists(spec.compiledFile), true);
      assertEquals(await exists(join(spec.cwd, "theirs")), false);
    },
  ));

Deno.test("there is nothing to tell of a configuration that follows the schema", () =>
  withKrakend('echo "Syntax OK!"', async (spec) => {
    assertEquals(await lint(spec), []);
  }));

Deno.test("only JSON is linted, as it is written or as it is compiled", () =>
  withKrakend(FINDS, async (spec) => {
    const countOf = async (changes: Partial<CheckSpec>) =>
      (await lint({ ...spec, ...changes })).length;
    const env = { ...spec.env, FC_ENABLE: "1" };
    assertEquals(await countOf({ configFile: "krakend.yml" }), 0);
    assertEquals(await countOf({ configFile: "krakend.yml", env }), 2);
    assertEquals(await countOf({ compiledFile: "/tmp/c.toml", env }), 0);
  }));

Deno.test("a lint that fails for another reason, cannot be started or gives no answer says so", async () => {
  const name = "krakend check --lint-no-network";
  await withKrakend("exit 7", async (spec) => {
    assertEquals(await lint(spec), [
      `${name} failed and found nothing (code 7)`,
    ]);
    const [sentence] = await lint({ ...spec, program: "/none" });
    assertEquals(sentence?.startsWith(`${name}: `), true, sentence);
  });
  await withKrakend("sleep 600", async (spec) => {
    assertEquals(await lint({ ...spec, timeoutMs: 50 }), [
      `${name} gave no answer in 50 ms`,
    ]);
  });
});

Deno.test("whether krakend can lint is asked by its help", async () => {
  const help = (flag: string) => `printf "Flags:\\n  -n, --${flag}   x\\n"`;
  await withKrakend(help("lint-no-network"), async (spec) => {
    assertEquals(await canLint(spec), true);
  });
  await withKrakend(help("lint"), async (spec) => {
    assertEquals(await canLint(spec), false);
  });
});
