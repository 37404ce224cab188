import { assert, assertEquals, assertThrows } from "@std/assert";
import { ensureDir, walk } from "../../scripts/std/fs.ts";
import {
  FACADES,
  type Imports,
  mapImports,
  parseMemory,
  parseSource,
  recall,
  RETRY_MS,
} from "../../scripts/std/source.ts";

const ROOT = new URL("../../", import.meta.url);
const FACADE_FOLDER = new URL("scripts/std/", ROOT);

/** An import or a re-export from @std that stands at the beginning of a line, or an import when it is needed. */
const STD_IMPORT_REGEXP =
  /^\s*(?:import|export|const)\s+(?<clause>[^;"']*?)\s*(?:from\s*|= await import\()["'](?<key>@std\/[^"']+)["']/gm;

/** The values that code imports, by @std key; a key of which only types are used has none. */
type Used = Map<string, Set<string>>;

/** Adds what a module's text imports from @std. */
function collectUsed(text: string, used: Used): Used {
  for (const { groups } of text.matchAll(STD_IMPORT_REGEXP)) {
    const { clause, key } = groups as { clause: string; key: string };
    const names = used.get(key) ?? new Set();
    used.set(key, names);
    for (const name of namesOf(clause)) names.add(name);
  }
  return used;
}

/** Lists the values that stand between `import` and `from`. */
function namesOf(clause: string): string[] {
  if (/^type\s/.test(clause)) return [];
  const items = /^\{([^}]*)\}$/.exec(clause)?.[1];
  if (items === undefined) throw new Error(`Cannot read the import: ${clause}`);
  return items.split(",").map((item) => item.trim())
    .filter((item) => item && !/^type\s/.test(item))
    .map((item) => item.split(/\s/)[0] ?? "");
}

/** Reads all of the project's code but the facades themselves. */
async function collectUsedByProject(): Promise<Used> {
  const used: Used = new Map();
  const files: (string | URL)[] = [new URL("main.ts", ROOT)];
  for (const folder of ["lib", "scripts", "tests"]) {
    const options = { exts: [".ts"], skip: [/[/\\]scripts[/\\]std$/] };
    for await (const entry of walk(new URL(folder, ROOT), options)) {
      if (entry.isFile) files.push(entry.path);
    }
  }
  for (const file of files) collectUsed(await Deno.readTextFile(file), used);
  return used;
}

async function readImports(): Promise<Imports> {
  const text = await Deno.readTextFile(new URL("deno.json", ROOT));
  return JSON.parse(text).imports;
}

/** Says whether an import map resolves a specifier, by name or by folder. */
function serves(imports: Imports, specifier: string): boolean {
  return Object.keys(imports).some((key) =>
    key === specifier || (key.endsWith("/") && specifier.startsWith(key))
  );
}

let usedByProject: Promise<Used> | undefined;

/** Reads the project's code once, within the first test that asks: what fails there is its failure. */
function usedOnce(): Promise<Used> {
  return usedByProject ??= collectUsedByProject();
}

for (const [key, file] of Object.entries(FACADES)) {
  Deno.test(`the facade of ${key} offers what the code imports, no less and no more`, async () => {
    const facade = await import(new URL(file, FACADE_FOLDER).href);
    const offered = new Set(Object.keys(facade));
    const used = (await usedOnce()).get(key) ?? new Set();
    const missing = [...used.difference(offered)].sort();
    const surplus = [...offered.difference(used)].sort();
    assert(
      missing.length + surplus.length === 0,
      `scripts/std/${file}: missing: ${missing.join(", ") || "none"}; ` +
        `surplus: ${surplus.join(", ") || "none"}`,
    );
  });
}

Deno.test("every @std module that the code imports is served by npm and by JSR", async () => {
  const imports = await readImports();
  const keys = [...(await usedOnce()).keys()].sort();
  for (const source of ["npm", "jsr"] as const) {
    const map = mapImports(source, imports);
    assertEquals(keys.filter((key) => !serves(map, key)), [], source);
  }
});

Deno.test("imports are found over several lines, renamed and beside types", () => {
  const text = [
    'import type { WalkEntry } from "@std/fs";',
    'import { type ParseOptions, parse as parseYaml } from "@std/yaml";',
    'import {\n  dirname,\n  join,\n} from "@std/path";',
    'import { other } from "./other.ts";',
    'export { join, resolve } from "@std/path";',
  ].join("\n");
  assertEquals(
    collectUsed(text, new Map()),
    new Map([
      ["@std/fs", new Set()],
      ["@std/yaml", new Set(["parse"])],
      ["@std/path", new Set(["dirname", "join", "resolve"])],
    ]),
  );
});

Deno.test("parseSource() takes jsr and npm, and nothing for unset", () => {
  assertEquals(["jsr", "npm", "", undefined].map(parseSource), [
    "jsr",
    "npm",
    undefined,
    undefined,
  ]);
});

Deno.test("parseSource() names what it got and what it accepts", () => {
  for (const text of ["JSR", "deno", " "]) {
    const error = assertThrows(() => parseSource(text), SyntaxError);
    assertEquals(
      error.message,
      `Cannot take @std from STD_SOURCE="${text}": write jsr or npm, or leave it unset`,
    );
  }
});

Deno.test("parseMemory() takes what is no memory as nothing", () => {
  const bad = [undefined, "", "{", "null", "[]", '{"source":"jsr"}'];
  assertEquals(bad.filter((text) => parseMemory(text) !== undefined), []);
  const memory = { source: "npm", versions: ["a"], chosenAt: 1 } as const;
  assertEquals(parseMemory(JSON.stringify(memory)), memory);
});

Deno.test("recall() keeps npm for a day and JSR for good", () => {
  const now = 10 * RETRY_MS;
  const recallAfter = (source: "jsr" | "npm", ms: number) =>
    recall({ source, versions: ["a"], chosenAt: now - ms }, ["a"], now);
  assertEquals(recallAfter("npm", RETRY_MS - 1), "npm");
  assertEquals(recallAfter("npm", RETRY_MS), undefined);
  assertEquals(recallAfter("npm", -RETRY_MS), undefined);
  assertEquals(recallAfter("jsr", 9 * RETRY_MS), "jsr");
});

Deno.test("recall() forgets when a version of @std changes", () => {
  const memory = { source: "jsr", versions: ["a@1", "b@1"], chosenAt: 0 };
  const kept = parseMemory(JSON.stringify(memory));
  assertEquals(recall(kept, ["a@1", "b@1"], 0), "jsr");
  assertEquals(recall(kept, ["a@1", "b@2"], 0), undefined);
  assertEquals(recall(kept, ["a@1"], 0), undefined);
  assertEquals(recall(undefined, ["a@1"], 0), undefined);
});

Deno.test("mapImports() says for JSR what deno.json does not say", () => {
  const imports = { "@std/cli": "jsr:@std/cli@1.0.0", "lib/": "./lib/" };
  assertEquals(mapImports("jsr", imports), {
    "@std/cli": "jsr:@std/cli@1.0.0",
    "@std/cli/": "jsr:/@std/cli@1.0.0/",
    "lib/": "../../lib/",
  });
});

Deno.test("mapImports() puts the facades in the place of @std for npm", () => {
  const imports = { "@std/cli": "jsr:@std/cli@1.0.0", "x": "npm:x@1.0.0" };
  const map = mapImports("npm", imports);
  assertEquals(map["@std/cli"], undefined);
  assertEquals(map["x"], "npm:x@1.0.0");
  assertEquals(map["@std/path"], "../../scripts/std/path.ts");
  const std = Object.keys(map).filter((key) => key.startsWith("@std/"));
  assertEquals(std, Object.keys(FACADES));
});

/** Runs a check in a folder of its own. */
async function withFolder(check: (path: string) => Promise<void>) {
  const path = await Deno.makeTempDir();
  try {
    await check(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("walk() sees nested files and does not follow links", () =>
  withFolder(async (path) => {
    await ensureDir(`${path}/a/b`);
    await ensureDir(`${path}/skipped`);
    await Deno.writeTextFile(`${path}/a/b/x.ts`, "");
    await Deno.writeTextFile(`${path}/skipped/y.ts`, "");
    await Deno.symlink(path, `${path}/a/loop`);
    const found = async (options: Parameters<typeof walk>[1]) => {
      const entries = await Array.fromAsync(walk(path, options));
      return entries.map((entry) => entry.path.slice(path.length)).sort();
    };
    const skip = [/skipped/];
    assertEquals(await found({ skip }), [
      "",
      "/a",
      "/a/b",
      "/a/b/x.ts",
      "/a/loop",
    ]);
    assertEquals(await found({ skip, exts: ["ts"] }), ["/a/b/x.ts"]);
    assertEquals(await found({ skip, includeFiles: false, maxDepth: 1 }), [
      "",
      "/a",
    ]);
  }));
