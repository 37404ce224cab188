import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { CommandError, UsageError } from "../../../lib/errors.ts";
import { launchFor, namesFor } from "../../../lib/programs/job.ts";
import { parseOptions } from "../../../lib/options.ts";
import {
  planJob,
  prepareProgram,
} from "../../../lib/programs/prepare_program.ts";
import { createReporter } from "../../../lib/report.ts";
import { withFolder, writeScript } from "../support.ts";

const ENV = { PATH: "/usr/bin:/bin", HOME: "/", KRAKEND_WATCH_ALL: "1" };

/** The job of a line of words without blanks in them. */
async function jobOf(line: string, env: Record<string, string> = ENV) {
  const options = parseOptions(line.split(" "), {});
  const report = createReporter({ color: false, write: () => {} });
  const command = await prepareProgram(options, { env });
  return await planJob(command, { options, report });
}

Deno.test("a command is found on PATH, and runs without our variables", async () => {
  const { process, symbol } = await jobOf("--watch x -- sh -c true");
  assertEquals(process.program.endsWith("/sh"), true);
  assertEquals(process.args, ["-c", "true"]);
  assertEquals(process.env, { PATH: ENV.PATH, HOME: "/" });
  assertEquals(process.decoration, "none");
  assertEquals(symbol, undefined);
});

Deno.test("for files that changed, a command is told their names", async () => {
  const job = await jobOf("--watch x -- sh -c true");
  const { args, env } = await launchFor(job, ["a.c", "b.c"]);
  assertEquals(args, ["-c", "true"]);
  assertEquals(env["KRAKEND_WATCH_CHANGED"], "a.c\nb.c");
});

Deno.test("a command about one file has its name in the place of the symbol", async () => {
  const job = await jobOf("--watch x -e @ -- sh -c @.@ {}");
  assertEquals(job.symbol, "@");
  const { program, args } = await launchFor(job, ["a.c"]);
  assertEquals(program, job.process.program);
  assertEquals(args, ["-c", "a.c.a.c", "{}"]);
});

Deno.test("a program that depends on the file is looked for when that is known", () =>
  withFolder(async (folder) => {
    const script = await writeScript(folder, "fine", "");
    const job = await jobOf("--watch x -- {} -v");
    const { program, args } = await launchFor(job, [script]);
    assertEquals(program, script);
    assertEquals(args, ["-v"]);
    await assertRejects(
      () => launchFor(job, [join(folder, "missing")]),
      CommandError,
      "Cannot find the program",
    );
  }));

Deno.test("a symbol is refused where nothing has changed yet", async () => {
  for (const option of ["--start-service", "--once"]) {
    await assertRejects(
      () => jobOf(`${option} --watch x -- echo {}`),
      UsageError,
      option,
    );
  }
});

Deno.test("a program that is not there is 127, one that cannot be run 126", () =>
  withFolder(async (folder) => {
    const missing = await assertRejects(
      () => jobOf("--watch x -- no-such-program"),
      CommandError,
    );
    assertEquals(missing.exitCode, 127);
    const text = join(folder, "text");
    await Deno.writeTextFile(text, "");
    const broken = await assertRejects(
      () => jobOf(`--watch x -- ${text}`),
      CommandError,
    );
    assertEquals(broken.exitCode, 126);
  }));

Deno.test("without patterns and paths, everything in the working folder counts", async () => {
  const { inputs: { scope } } = await jobOf("-R ^ -- true");
  const [tree] = scope.trees;
  assertEquals(tree?.path, Deno.cwd());
  assertEquals(tree?.accepts("a", false), false);
  const options = parseOptions(["--", "true"], {});
  assertEquals(options.patterns, undefined);
  const named = await jobOf("--watch x -- true");
  assertEquals(named.inputs.scope.trees.map(({ path }) => path), [
    join(Deno.cwd(), "x"),
  ]);
});

Deno.test("names are relative to the working folder, and those of folders end in a slash", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "work", "sub"), { recursive: true });
    const cwd = join(folder, "work");
    const paths = [
      join(cwd, "a.c"),
      join(cwd, "sub"),
      join(cwd, "sub", "b.c"),
      join(folder, "elsewhere"),
    ];
    assertEquals(await namesFor(paths, cwd), [
      "a.c",
      "sub/",
      "sub/b.c",
      join(folder, "elsewhere"),
    ]);
  }));
