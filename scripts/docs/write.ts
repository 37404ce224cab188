/**
 * Writes what is made from the tables of options and events, and from the
 * figures of the bench, into doc/ and README.md.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { DOC, ROOT } from "../paths.ts";
import { say } from "../say.ts";
import { eventsText } from "./events.ts";
import { drawChart, type Figures, fillIn } from "./figures.ts";
import { manText } from "./man.ts";
import { optionsText } from "./markdown.ts";
import { THEMES } from "./svg.ts";

const README = join(ROOT, "README.md");
const FIGURES = join(DOC, "bench.json");

/** Makes each file, by its path below the checkout. */
export const DOCUMENTS: Readonly<
  Record<string, () => string | Promise<string>>
> = {
  "doc/events.md": eventsText,
  "doc/krakend-watch.1": manText,
  "doc/options.md": optionsText,
  ...await exists(FIGURES) && {
    "README.md": async () =>
      fillIn(await Deno.readTextFile(README), await readFigures()),
    ...Object.fromEntries(
      Object.entries(THEMES).map(([name, theme]) => [
        `doc/bench-${name}.svg`,
        async () => drawChart(await readFigures(), theme),
      ]),
    ),
  },
};

async function readFigures(): Promise<Figures> {
  return JSON.parse(await Deno.readTextFile(FIGURES));
}

if (import.meta.main) {
  for (const [name, make] of Object.entries(DOCUMENTS)) {
    const path = join(ROOT, name);
    await Deno.writeTextFile(path, await make());
    say(`wrote ${path}`);
  }
}
