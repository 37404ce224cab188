import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import {
  findMisplaced,
  refuseMisplaced,
} from "../../../lib/krakend/misplaced.ts";
import { OPTIONS } from "../../../lib/options/table.ts";
import { withFolder, writeScript } from "../support.ts";

/** The option that is found in a line of words without blanks in them. */
function find(line: string) {
  const found = findMisplaced(line.split(" "), OPTIONS);
  return found && [found.words.join(" "), found.rest.join(" ")];
}

Deno.test("an option of ours is found among the arguments of krakend, with its value", () => {
  assertEquals(find("run -c x --poll"), ["--poll", "run -c x"]);
  assertEquals(find("run --poll=1s -c x"), ["--poll=1s", "run -c x"]);
  assertEquals(find("run --settle 1s -c x"), ["--settle 1s", "run -c x"]);
  assertEquals(find("run -c x -t 30s"), ["-t 30s", "run -c x"]);
  assertEquals(find("run -v -c x"), ["-v", "run -c x"]);
});

Deno.test("what is krakend's, a value, or behind two dashes is not taken for ours", () => {
  for (
    const line of [
      "run -dc krakend.json -p 8080 --debug",
      "run -c --poll",
      "run --config --poll",
      "run -p -t -c x",
      "run -- --poll",
      "run --settled",
      "run -",
    ]
  ) {
    assertEquals(find(line), undefined, line);
  }
});

/** A krakend that knows these flags, and how it is asked. */
async function refuse(args: string[], help: string): Promise<void> {
  await withFolder(async (folder) => {
    const program = await writeScript(
      folder,
      "krakend",
      `[ "$2" = --help ] || exit 1\ncat <<'END'\n${help}\nEND`,
    );
    const env = { PATH: "/usr/bin:/bin" };
    const spec = { program, args, cwd: folder, env, compiledFile: "" };
    await refuseMisplaced(OPTIONS, spec);
  });
}

const HELP = `Flags:
  -c, --config string   the file
  -h, --help            help for run
  -l, --lint            lint it
  -t, --test            test it`;

Deno.test("an option that krakend does not have is refused, and where it belongs is told", async () => {
  const error = await assertRejects(
    () => refuse(["run", "-c", "x", "--settle", "1s", "-d"], HELP),
    UsageError,
  );
  assertEquals(
    error.message,
    '"--settle" is an option of krakend-watch and no flag of krakend run, so it belongs before the command: krakend-watch --settle 1s run -c x -d',
  );
});

Deno.test("a flag that krakend has by the same name is krakend's", async () => {
  await refuse(["check", "-c", "x", "--lint", "-t"], HELP);
});

Deno.test("of a krakend that does not tell its flags, nothing is certain", async () => {
  await refuse(["run", "-c", "x", "--poll"], "gateway at work");
});
