import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const MOST_LINES = 250;
const MOST_LINES_OF_MAIN = 40;

/** The modules that join the stages: completions of all options, the check of what is watched, what counts, the wishes of the user, starting it, the names of inputs, what there is to do, and doing it. */
const JOINTS = [
  "lib/completions.ts",
  "lib/configurations.ts",
  "lib/control.ts",
  "lib/examine.ts",
  "lib/inputs.ts",
  "lib/launch.ts",
  "lib/named_inputs.ts",
  "lib/prepare.ts",
  "lib/repeat.ts",
  "lib/run.ts",
  "lib/serve.ts",
];
/** What does it all, which nobody joins to anything. */
const JOINT = "lib/run.ts";

const FROM_REGEXP =
  /^\s*(?:import|export)\b[^;"'()]*?\bfrom\s*["'](?<specifier>[^"']+)["']/gm;
const BARE_REGEXP = /\bimport\s*\(?\s*["'](?<specifier>[^"']+)["']/g;

/** What a module's text imports, as it is written there. */
function importsOf(text: string): string[] {
  return [FROM_REGEXP, BARE_REGEXP].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => groups?.specifier ?? "")
  );
}

/** Every module by its path, with what it imports: paths of the project, or names of packages. */
type Graph = ReadonlyMap<string, readonly string[]>;

async function readGraph(): Promise<Graph> {
  const graph = new Map<string, string[]>();
  for (const path of await filesIn("lib", ["ts"])) {
    const specifiers = importsOf(await Deno.readTextFile(join(ROOT, path)));
    graph.set(
      path,
      specifiers.map((it) => it.startsWith(".") ? join(path, "..", it) : it),
    );
  }
  return graph;
}

async function filesIn(folder: string, exts?: string[]): Promise<string[]> {
  const options = { includeDirs: false, ...(exts && { exts }) };
  const paths: string[] = [];
  for await (const entry of walk(join(ROOT, folder), options)) {
    paths.push(relative(ROOT, entry.path));
  }
  return paths.sort();
}

/** What differs between systems, for anybody to use. */
const GROUND = "system";
/** Folders of modules that join stages, as those of lib/ itself do; the first may not know the second. */
const JOINING = ["tell", "programs"];

/** The folder of lib/ that a module is in; undefined for one that is in none. */
function folderOf(path: string): string | undefined {
  return /^lib\/(?<folder>[^/]+)\//.exec(path)?.groups?.folder;
}

/** The stage that a module belongs to; undefined for one that belongs to none. */
function stageOf(path: string): string | undefined {
  const folder = folderOf(path) ?? "";
  return folder === GROUND || JOINING.includes(folder)
    ? undefined
    : folder || undefined;
}

/** Whether a module of lib/ itself imports nothing of lib/, so that anybody may use it. */
function isLeaf(path: string, graph: Graph): boolean {
  return folderOf(path) === undefined &&
    (graph.get(path) ?? []).every((it) => !it.startsWith("lib/"));
}

/** The first circle of imports, as a list that ends as it begins. */
function findCycle(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...way, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The imports that a rule forbids, as sentences. */
function violations(
  graph: Graph,
  allows: (from: string, to: string) => boolean,
): string[] {
  return [...graph].flatMap(([from, imports]) =>
    imports.filter((to) => !allows(from, to))
      .map((to) => `${from} imports ${to}`)
  );
}

function staysInItsStage(graph: Graph) {
  return violations(graph, (from, to) => {
    const isGround = folderOf(from) === GROUND;
    const isFree = stageOf(from) === undefined && !isGround;
    if (isFree || !to.startsWith("lib/")) return true;
    return folderOf(from) === folderOf(to) || isLeaf(to, graph) ||
      (folderOf(to) === GROUND && !isGround);
  });
}

const graph = await readGraph();

Deno.test("the modules of a stage import their own folder, what differs between systems, and modules that import nothing of lib/", () => {
  assertEquals(staysInItsStage(graph), []);
});

Deno.test("no modules but those that join the stages know more than one of them", () => {
  const inside = [...graph].filter(([from]) => folderOf(from) !== "programs");
  const known = inside.map(([from, imports]) => {
    const stages = new Set(imports.map(stageOf).filter(Boolean));
    return `${from}: ${[...stages].sort().join(", ")}`;
  });
  const several = known.filter((line) => line.includes(","));
  assertEquals(several.map((line) => line.split(":")[0]), JOINTS);
});

Deno.test("nothing in lib/ imports what joins it", () => {
  assertEquals(violations(graph, (_, to) => to !== JOINT), []);
});

Deno.test("what runs other programs is known to nobody but who joins it all, and what tells knows nothing that runs", () => {
  const isIn = (path: string, folder: string) => folderOf(path) === folder;
  assertEquals(
    violations(graph, (from, to) => {
      if (from === JOINT || isIn(from, "programs")) return true;
      if (isIn(to, "programs")) return false;
      return !isIn(from, "tell") || !JOINTS.includes(to);
    }),
    [],
  );
});

Deno.test("lib/ imports its own modules, the manifest, the standard library, Node's and one parser, and nothing else", () => {
  const allowed = /^(lib\/|deno\.json$|@std\/|node:)/;
  // KrakenD does not tell where JSON is broken.
  const isParser = (from: string, to: string) =>
    to === "jsonc-parser" && from === "lib/krakend/json_fault.ts";
  assertEquals(
    violations(graph, (from, to) => allowed.test(to) || isParser(from, to)),
    [],
  );
});

Deno.test("every module that lib/ imports is there", () => {
  const isThere = (to: string) => !to.startsWith("lib/") || graph.has(to);
  assertEquals(violations(graph, (_, to) => isThere(to)), []);
});

Deno.test("there are no circles of imports", () => {
  assertEquals(findCycle(graph), undefined);
});

Deno.test("main.ts is a table of contents", async () => {
  const text = await Deno.readTextFile(join(ROOT, "main.ts"));
  const lines = text.split("\n").length - 1;
  assert(lines <= MOST_LINES_OF_MAIN, `main.ts has ${lines} lines`);
  assertEquals(importsOf(text).filter((it) => !it.startsWith("./lib/")), []);
});

Deno.test("no file of the code is longer than a reader can hold in mind", async () => {
  const tooLong: string[] = [];
  for (const folder of ["lib", "scripts", "tests"]) {
    for (const path of await filesIn(folder, ["ts", "go", "c", "S", "sh"])) {
      const text = await Deno.readTextFile(join(ROOT, path));
      const lines = text.split("\n").length - 1;
      if (lines > MOST_LINES) tooLong.push(`${path}: ${lines} lines`);
    }
  }
  assertEquals(tooLong, []);
});

Deno.test("imports are found over several lines, of types, of everything, for effect and late", () => {
  const text = [
    'import {\n  a,\n  b,\n} from "./a.ts";',
    'import type { B } from "../b.ts";',
    'import manifest from "./c.json" with { type: "json" };',
    'export * from "./d.ts";',
    'import "./e.ts";',
    'const f = await import("./f.ts");',
    'const none = "from";',
  ].join("\n");
  assertEquals(importsOf(text), [
    "./a.ts",
    "../b.ts",
    "./c.json",
    "./d.ts",
    "./e.ts",
    "./f.ts",
  ]);
});

Deno.test("the rules see what breaks them", () => {
  const broken = new Map([
    ["lib/leaf.ts", ["@std/path"]],
    ["lib/joint.ts", ["lib/leaf.ts"]],
    ["lib/a/x.ts", ["lib/a/y.ts", "lib/leaf.ts"]],
    ["lib/a/y.ts", ["lib/b/z.ts", "lib/joint.ts"]],
    ["lib/b/z.ts", ["lib/a/x.ts"]],
  ]);
  assertEquals(staysInItsStage(broken), [
    "lib/a/y.ts imports lib/b/z.ts",
    "lib/a/y.ts imports lib/joint.ts",
    "lib/b/z.ts imports lib/a/x.ts",
  ]);
  assertEquals(findCycle(broken), [
    "lib/a/x.ts",
    "lib/a/y.ts",
    "lib/b/z.ts",
    "lib/a/x.ts",
  ]);
});
