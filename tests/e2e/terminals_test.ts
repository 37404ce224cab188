import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testOnTerminal as test } from "../helpers/on_terminal.ts";
import { Playground } from "../helpers/playground.ts";
import { HAS_TERMINAL, Terminal } from "../helpers/terminal.ts";

/** What runs, and the keys that do something then. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  "run -c krakend.json": ["r", "c", "q", "h"],
  "check -c krakend.json": ["c", "q", "h"],
  "-s -g nothing -- sleep 1000": ["r", "q", "h"],
  "-g nothing -- true": ["q", "h"],
};

for (const [command, keys] of Object.entries(KEYS)) {
  test(`h and Enter shows the keys of ${command}, one below the other: ${keys.join(" ")}`, async (terminal) => {
    await terminal.type(`./kw ${command}\n`);
    await terminal.shows("h and Enter shows the keys");
    await terminal.type("h\n");
    await terminal.shows("show these keys");
    const rows = linesOf(terminal).filter((line) =>
      /^krakend-watch: {4,}[a-z] {2}/.test(line)
    );
    const prefix = "krakend-watch: ".length;
    assertEquals(rows.map((row) => row.slice(prefix).trim()[0]), [...keys]);
    // Keys and meanings begin in the same columns.
    const columns = rows.map((row) => /^.{15} +/.exec(row)?.[0].length);
    assertEquals(new Set(columns).size, 1, rows.join("\n"));
    assert(rows.every((row) => row.length <= 80));
    await terminal.type("q\n");
    await terminal.isLeft();
  });
}

/** The lines on the screen, without colours. */
function linesOf({ screen }: Terminal): string[] {
  // deno-lint-ignore no-control-regex -- colours begin with one
  return screen.replaceAll(/\x1b\[[\d;]*m/g, "").split(/\r?\n/);
}

test(
  "of an error, the sentence, the mark and the carets are red, and the lines of the file are not",
  async (terminal, place) => {
    await Deno.writeTextFile(place.file, '{\n  "version": 3,\n}');
    await terminal.type("./kw run -c krakend.json\n");
    await terminal.shows("krakend: invalid character");
    const red = (text: string) => `\x1b[31m${text}\x1b[39m`;
    await terminal.shows(
      red("error: krakend.json is refused, no gateway runs until it is mended"),
    );
    await terminal.shows(`${red("  > 2")} |   "version": 3,`);
    await terminal.shows(`    |               ${red("^")}`);
    await terminal.shows("    1 | {");
    await terminal.type("\x03");
    await terminal.isLeft();
  },
);

Deno.test("with NO_COLOR or on a dumb terminal, nothing is coloured", {
  ignore: !HAS_TERMINAL,
}, async () => {
  for (const setting of ["NO_COLOR=1", "TERM=dumb"]) {
    await using place = await Playground.open();
    await Deno.writeTextFile(place.file, "{");
    await using terminal = await Terminal.open(place);
    await terminal.type(`env ${setting} ./kw run -c krakend.json\n`);
    await terminal.shows("is refused");
    await terminal.shows("krakend: unexpected end");
    const ours = terminal.screen.split("\n").filter((line) =>
      line.includes("krakend-watch: ")
    );
    assertStringIncludes(ours.join("\n"), "> 1 | {");
    assertEquals(ours.filter((line) => line.includes("\x1b[")), []);
    await terminal.type("\x03");
    await terminal.isLeft();
  }
});
