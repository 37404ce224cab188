/**
 * Writes what is made from the tables of options and events, and from the
 * figures of the bench, into doc/ and README.md.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { DOC, ROOT } from "../paths.ts";
import { say } from "../say.ts";
import { eventsText } from "./events.ts";
import { drawChart, type Figures, fillIn, kept } from "./figures.ts";
import { manText } from "./man.ts";
import { optionsText } from "./markdown.ts";
import { THEMES } from "./svg.ts";

const README = join(ROOT, "README.md");
const FIGURES = join(DOC, "bench.json");

/** Makes all documents: their texts, by their paths below the checkout. */
export async function makeDocuments(): Promise<Map<string, string>> {
  const documents = new Map([
    ["doc/events.md", await eventsText()],
    ["doc/krakend-watch.1", manText()],
    ["doc/options.md", optionsText()],
  ]);
  if (!await exists(FIGURES)) return documents;
  const figures = await readFigures(FIGURES);
  const readme = await fillIn(await Deno.readTextFile(README), figures);
  documents.set("README.md", readme);
  for (const [name, theme] of Object.entries(THEMES)) {
    documents.set(`doc/bench-${name}.svg`, drawChart(figures, theme));
  }
  return documents;
}

async function readFigures(path: string): Promise<Figures> {
  return JSON.parse(await Deno.readTextFile(path));
}

if (import.meta.main) {
  const { figures } = parseArgs(Deno.args, { string: ["figures"] });
  if (typeof figures === "string") {
    const text = JSON.stringify(kept(await readFigures(figures)), undefined, 2);
    await Deno.writeTextFile(FIGURES, `${text}\n`);
  }
  for (const [name, text] of await makeDocuments()) {
    const path = join(ROOT, name);
    await Deno.writeTextFile(path, text);
    say(`wrote ${path}`);
  }
}
