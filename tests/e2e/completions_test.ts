import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { completionsText } from "../../lib/cli/completions.ts";
import { OPTIONS, SUBCOMMANDS } from "../../lib/cli/table.ts";
import { askBash, askFish, askZsh } from "../helpers/completions.ts";
import { succeeds } from "../helpers/processes.ts";

const COMMANDS = [...SUBCOMMANDS.map(({ name }) => name), "krakend"];
const LONG = OPTIONS.map(({ name }) => `--${name}`);

/** The words that a shell offers at the end of a line, and no others. */
const OFFERS: readonly [line: string, offered: readonly string[]][] = [
  ["krakend-watch ", COMMANDS],
  ["krakend-watch --only-", ["--only-dirs", "--only-files"]],
  ["krakend-watch --log-format ", ["json", "text"]],
  ["krakend-watch --log-format=", ["json", "text"]],
  ["krakend-watch --log-format=j", ["json"]],
  ["krakend-watch -v --lint=", ["error", "off", "warn"]],
  // A duration cannot be guessed, and it is no command.
  ["krakend-watch --settle ", []],
  ["krakend-watch -t ", []],
  // A value is no command, so the options go on.
  ["krakend-watch -t 1s --settle 1s au", ["audit"]],
  ["krakend-watch --poll au", ["audit"]],
  ["krakend-watch --watch con", ["conf.json", "config/"]],
  ["krakend-watch --watch=con", ["conf.json", "config/"]],
  ["krakend-watch --on-event krakend-watch-pro", ["krakend-watch-probe"]],
  ["krakend-watch krakend ru", ["run"]],
  ["krakend-watch run -c con", ["conf.json", "config/"]],
  ["krakend-watch -v run --c", ["--config"]],
  ["krakend-watch krakend check --lint-", [
    "--lint-no-network",
    "--lint-schema",
  ]],
  ["krakend-watch -v version --", ["--help"]],
  ["krakend-watch -t=1s -d fancy --help=", ["all", "short"]],
  ["krakend-watch -- krakend-watch-probe con", ["conf.json", "config/"]],
  ["krakend-watch test-plugin con", ["conf.json", "config/"]],
  ["krakend-watch -- krakend-watch-pro", ["krakend-watch-probe"]],
];

const SHELLS = [
  { name: "bash", ask: askBash },
  { name: "zsh", ask: askZsh },
  { name: "fish", ask: askFish },
] as const;

/** Returns the words that were offered, without what a shell adds to them. */
function plain(offered: readonly string[]): string[] {
  // Fish offers "--lint=" beside "--lint", bash and zsh the value alone.
  const words = offered.map((word) =>
    word.replace(/^--[\w-]+=(?=.)/, "").replace(/[/=]$/, "")
  );
  return [...new Set(words)].sort();
}

for (const { name, ask } of SHELLS) {
  Deno.test({
    name: `${name} completes what the table says`,
    ignore: !await succeeds("sh", "-c", `command -v ${name} >&2`),
    fn: async () => {
      const cwd = await Deno.makeTempDir();
      const script = join(cwd, "completions");
      await Deno.writeTextFile(script, completionsText(name));
      await Deno.writeTextFile(join(cwd, "conf.json"), "{}");
      await Deno.mkdir(join(cwd, "config"));
      await Deno.mkdir(join(cwd, "bin"));
      const probe = join(cwd, "bin", "krakend-watch-probe");
      await Deno.writeTextFile(probe, "#!/bin/sh\n", { mode: 0o755 });
      try {
        const lines = OFFERS.map(([line]) => line);
        const answers = await ask([...lines, "krakend-watch --"], {
          cwd,
          script,
        });
        for (const [i, [line, offered]] of OFFERS.entries()) {
          assertEquals(plain(answers[i] ?? []), plain(offered), line);
        }
        assertEquals(plain(answers.at(-1) ?? []), plain(LONG));
      } finally {
        await Deno.remove(cwd, { recursive: true });
      }
    },
  });
}
