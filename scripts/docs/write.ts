/**
 * Writes what is made from the tables of options and events into doc/.
 *
 * @module
 */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { DOC } from "../paths.ts";
import { say } from "../say.ts";
import { eventsText } from "./events.ts";
import { manText } from "./man.ts";
import { optionsText } from "./markdown.ts";

/** What there is in doc/, by its name, and how it is made. */
export const DOCUMENTS: Readonly<
  Record<string, () => string | Promise<string>>
> = {
  "events.md": eventsText,
  "krakend-watch.1": manText,
  "options.md": optionsText,
};

if (import.meta.main) {
  await ensureDir(DOC);
  for (const [name, make] of Object.entries(DOCUMENTS)) {
    const path = join(DOC, name);
    await Deno.writeTextFile(path, await make());
    say(`wrote ${path}`);
  }
}
