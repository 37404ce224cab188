import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { ROOT } from "../../scripts/paths.ts";

const LIB = join(ROOT, "lib");

/** The folders of lib/, each of which may import from those before it. */
const ORDER = ["cli", "match", "watch", "handover", "supervise", "krakend"];

/** Modules of lib/ itself that its folders may import. */
const SHARED = [
  "build.ts",
  "child.ts",
  "duration.ts",
  "errors.ts",
  "event.ts",
  "output.ts",
  "private_folder.ts",
  "proc.ts",
  "redact.ts",
  "timer.ts",
];

/** Matches the static imports and exports of a module, types included, and those on demand. */
const IMPORT = /(?:from|import\()\s*"(?<path>\.{1,2}\/[^"]+\.ts)"/g;

interface Import {
  readonly from: string;
  readonly to: string;
}

async function importsOfLib(): Promise<Import[]> {
  const imports: Import[] = [];
  for await (const { path } of walk(LIB, { exts: [".ts"] })) {
    const text = await Deno.readTextFile(path);
    for (const { groups } of text.matchAll(IMPORT)) {
      const to = join(dirname(path), groups?.["path"] ?? "");
      imports.push({ from: relative(LIB, path), to: relative(LIB, to) });
    }
  }
  return imports;
}

/** The folder of a module; undefined for one of lib/ itself. */
function folderOf(path: string): string | undefined {
  return path.includes("/") ? path.split("/")[0] : undefined;
}

Deno.test("imports between the folders of lib/ point one way", async () => {
  const wrong = (await importsOfLib()).filter(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    if (!here || !there || here === there) return false;
    return ORDER.indexOf(there) < 0 ||
      ORDER.indexOf(there) > ORDER.indexOf(here);
  });
  assertEquals(wrong, []);
});

Deno.test("the folders of lib/ import only what is shared of lib/ itself", async () => {
  const wrong = (await importsOfLib()).filter(({ from, to }) =>
    folderOf(from) && !folderOf(to) && !SHARED.includes(to)
  );
  assertEquals(wrong, []);
});

Deno.test("no module of lib/ loads anything of Node when the program starts", async () => {
  for await (const { path } of walk(LIB, { exts: [".ts"] })) {
    const text = await Deno.readTextFile(path);
    const imports = [
      ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";/gm),
    ]
      .map(([, name = ""]) => name);
    const slow = imports.filter((name) =>
      name.startsWith("node:") || name.startsWith("npm:") ||
      // It reads globalThis.process.
      name === "@std/path"
    );
    assertEquals(slow, [], path);
    const code = text.replaceAll(/\/\*.*?\*\/|\/\/.*?$/gms, "");
    const costly = /Intl\.ListFormat|toLocaleString|globalThis\.process/;
    assertEquals(costly.exec(code), null, path);
  }
});
