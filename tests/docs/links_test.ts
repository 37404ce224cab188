import { assert, assertEquals } from "@std/assert";
import { exists, walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import { DOC, ROOT } from "../../scripts/paths.ts";

const documents = ["README", "CONTRIBUTING", "CHANGELOG", "SECURITY"]
  .map((name) => join(ROOT, `${name}.md`));
for await (const { path } of walk(DOC, { includeDirs: false })) {
  if (path.endsWith(".md")) documents.push(path);
}

/** Returns the names that GitHub gives to the headings of a document. */
async function anchorsOf(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(/[^\w\s-]/g, "").replaceAll(/\s/g, "-")
  );
}

for (const path of documents) {
  Deno.test(`every link of ${relative(ROOT, path)} leads to something`, async () => {
    const text = await Deno.readTextFile(path);
    const links = [...text.matchAll(/\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)]
      .map(([, link = "", source = ""]) => link || source)
      .filter((link) => !/^https?:/.test(link));
    const broken: string[] = [];
    for (const link of links) {
      const [name = "", anchor] = link.split("#");
      const target = name ? join(dirname(path), name) : path;
      const isThere = await exists(target) &&
        (!anchor || (await anchorsOf(target)).includes(anchor));
      if (!isThere) broken.push(link);
    }
    assertEquals(broken, []);
  });
}

Deno.test("every example is in a document", async () => {
  const texts = await Promise.all(documents.map((it) => Deno.readTextFile(it)));
  for await (
    const { path } of walk(join(DOC, "examples"), { includeDirs: false })
  ) {
    const name = relative(DOC, path);
    assert(texts.some((text) => text.includes(`(${name})`)), name);
  }
});

Deno.test("CONTRIBUTING.md has every task, and every place that it names is there", async () => {
  const text = await Deno.readTextFile(join(ROOT, "CONTRIBUTING.md"));
  const tasks = [...text.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  // Others run it first.
  const { std: _, ...all } = manifest.tasks;
  assertEquals(tasks.sort(), Object.keys(all).sort());
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  for (const row of rows) {
    let folder = "";
    for (const [, path = ""] of row.matchAll(/`([\w./]+)`/g)) {
      if (!path.includes("/") && !path.includes(".")) continue;
      const place = path.includes("/") || path === "README.md" ||
          /^(?:Docker|install)/.test(path)
        ? path
        : `${folder}/${path}`;
      assert(await exists(join(ROOT, place)), place);
      folder = place.endsWith("/") ? place.slice(0, -1) : dirname(place);
    }
  }
});
