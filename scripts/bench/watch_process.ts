/**
 * A watcher as a process of its own, so that its cost can be measured from outside.
 *
 * Arguments: the interval of looks in milliseconds, or `events`; then the
 * folder, whose files it watches. Prints a line for every change it sees and,
 * on SIGUSR2, a line with the memory that is left after a collection.
 *
 * @module
 */

import { join } from "@std/path";
import { Watcher } from "../../lib/watch/watcher.ts";

const [how = "events", folder = "."] = Deno.args;
const usesEvents = how === "events";
const files = [...Deno.readDirSync(folder)].map(({ name }) =>
  join(folder, name)
);
const watcher = new Watcher({ files, trees: [] }, {
  modeOf: () => ({
    usesEvents,
    trustsEvents: usesEvents,
    intervalMs: usesEvents ? 1_000 : Number(how),
  }),
  onTrouble: (error) => {
    throw error;
  },
  signal: new AbortController().signal,
});
// Set by --expose-gc.
const { gc } = globalThis as { gc?: () => void };
Deno.addSignalListener("SIGUSR2", () => {
  gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  Deno.stdout.writeSync(
    new TextEncoder().encode(`heap ${heapUsed + external}\n`),
  );
});
const line = new TextEncoder().encode("changed\n");
for await (const _ of watcher) Deno.stdout.writeSync(line);
