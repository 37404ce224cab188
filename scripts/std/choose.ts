/**
 * Chooses where @std comes from and writes the import map that every task runs with.
 *
 * `STD_SOURCE=jsr` or `STD_SOURCE=npm` decides. Without it, the last choice
 * holds; without one, JSR is tried for a few seconds. Where JSR cannot be
 * reached, typed facades over an npm package serve instead.
 *
 * @module
 */

import {
  type Imports,
  mapImports,
  parseMemory,
  parseSource,
  recall,
  type Source,
  stdVersions,
} from "./source.ts";

const ROOT = new URL("../../", import.meta.url);
const FOLDER = new URL(".cache/std/", ROOT);
const IMPORT_MAP = new URL("import_map.json", FOLDER);
const MEMORY = new URL("choice.json", FOLDER);

/** How long JSR has to answer, in milliseconds. */
const PROBE_MS = 5_000;

const USAGE_EXIT_CODE = 2;

/** Finds the source: told, remembered or probed for, in this order. */
async function chooseSource(
  told: Source | undefined,
  imports: Imports,
): Promise<Source> {
  // What is told holds for one run only, so it is not remembered.
  if (told) return told;
  const versions = stdVersions(imports);
  const memory = parseMemory(await readIfThere(MEMORY));
  const remembered = recall(memory, versions, Date.now());
  if (remembered) return remembered;
  const source = await isJsrReachable(imports) ? "jsr" : "npm";
  await writeIfChanged(MEMORY, { source, versions, chosenAt: Date.now() });
  if (source === "npm") {
    await say(
      "JSR cannot be reached: @std is taken from npm, and JSR is tried again in a day. " +
        "STD_SOURCE=jsr or STD_SOURCE=npm decides for you.",
    );
  }
  return source;
}

/** Has Deno get one package, as it knows best how JSR is reached from here. */
async function isJsrReachable(imports: Imports): Promise<boolean> {
  const specifier = imports["@std/path"];
  if (!specifier) throw new Error('Cannot find "@std/path" in deno.json');
  const child = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-config", "--no-lock", "--quiet", specifier],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PROBE_MS);
  try {
    return (await child.status).success;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a value as JSON, at once for all who read, unless it is there already. */
async function writeIfChanged(file: URL, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2) + "\n";
  if (await readIfThere(file) === text) return;
  await Deno.mkdir(FOLDER, { recursive: true });
  // Tasks can run side by side: each has a draft of its own.
  const draft = new URL(`${file.href}.${crypto.randomUUID()}`);
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, file);
}

async function readIfThere(file: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function say(line: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`${line}\n`));
}

/** Reads `STD_SOURCE`; ends the program if it is wrong. */
async function readToldSource(): Promise<Source | undefined> {
  try {
    return parseSource(Deno.env.get("STD_SOURCE"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    await say(error.message);
    Deno.exit(USAGE_EXIT_CODE);
  }
}

if (import.meta.main) {
  const told = await readToldSource();
  const config = await Deno.readTextFile(new URL("deno.json", ROOT));
  const { imports } = JSON.parse(config) as { imports: Imports };
  const source = await chooseSource(told, imports);
  await writeIfChanged(IMPORT_MAP, { imports: mapImports(source, imports) });
}
