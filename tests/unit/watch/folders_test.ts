import { assertEquals, assertNotEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { foldersOf, sameFolders, Tracer } from "../../../lib/watch/folders.ts";
import { until, withFolder } from "../support.ts";

/** A folder with files and links in it, by their paths. */
interface Tree {
  root: string;
  write: (path: string) => Promise<void>;
  link: (path: string, target: string) => Promise<void>;
  /** The folders to watch for files, as paths in the tree; the tree itself is ".". */
  folders: (...paths: string[]) => string[];
}

function withTree(test: (tree: Tree) => Promise<void>): Promise<void> {
  return withFolder(async (root) => {
    const at = async (path: string) => {
      await ensureDir(dirname(join(root, path)));
      return join(root, path);
    };
    await test({
      root,
      write: async (path) => Deno.writeTextFile(await at(path), "{}"),
      link: async (path, target) => Deno.symlink(target, await at(path)),
      folders: (...paths) => {
        const found = foldersOf(paths.map((path) => join(root, path)));
        return found.map(({ path }) => relative(root, path) || ".");
      },
    });
  });
}

Deno.test("a plain file is watched by its folder", () =>
  withTree(async ({ write, folders }) => {
    await write("a/b/krakend.json");
    assertEquals(folders("a/b/krakend.json"), ["a/b"]);
  }));

Deno.test("files in one folder share it", () =>
  withTree(async ({ write, folders }) => {
    await write("a/1.json");
    await write("a/2.json");
    await write("b/3.json");
    assertEquals(folders("a/1.json", "b/3.json", "a/2.json"), ["a", "b"]);
  }));

Deno.test("a link to a file is watched by its own folder and the file's", () =>
  withTree(async ({ write, link, folders }) => {
    await write("real/krakend.json");
    await link("etc/krakend.json", "../real/krakend.json");
    assertEquals(folders("etc/krakend.json"), ["etc", "real"]);
  }));

Deno.test("an absolute link is followed too", () =>
  withTree(async ({ root, write, link, folders }) => {
    await write("real/krakend.json");
    await link("etc/krakend.json", join(root, "real/krakend.json"));
    assertEquals(folders("etc/krakend.json"), ["etc", "real"]);
  }));

Deno.test("a link to a folder on the way is watched by the folder that holds it", () =>
  withTree(async ({ write, link, folders }) => {
    await write("versions/1/krakend.json");
    await link("etc/current", "../versions/1");
    assertEquals(folders("etc/current/krakend.json"), [
      "etc",
      "versions/1",
    ]);
  }));

Deno.test("a chain of links is watched link by link", () =>
  withTree(async ({ write, link, folders }) => {
    await write("c/krakend.json");
    await link("a/krakend.json", "../b/krakend.json");
    await link("b/krakend.json", "../c/krakend.json");
    assertEquals(folders("a/krakend.json"), ["a", "b", "c"]);
  }));

Deno.test("a ConfigMap is watched where its link is swapped, and where its files are", () =>
  withTree(async ({ write, link, folders }) => {
    await write("etc/..2024_01/krakend.json");
    await link("etc/..data", "..2024_01");
    await link("etc/krakend.json", "..data/krakend.json");
    assertEquals(folders("etc/krakend.json"), ["etc", "etc/..2024_01"]);
  }));

Deno.test("a file that is not there is watched where it would appear", () =>
  withTree(async ({ write, folders }) => {
    await write("a/other.json");
    assertEquals(folders("a/krakend.json"), ["a"]);
    assertEquals(folders("a/b/c/krakend.json"), ["a"]);
  }));

Deno.test("a path through a file is watched where the file could become a folder", () =>
  withTree(async ({ write, folders }) => {
    await write("a/b");
    assertEquals(folders("a/b/krakend.json"), ["a"]);
  }));

Deno.test("a link to nothing is watched by its folder and where its target would appear", () =>
  withTree(async ({ write, link, folders }) => {
    await write("b/other.json");
    await link("a/krakend.json", "../b/krakend.json");
    assertEquals(folders("a/krakend.json"), ["a", "b"]);
  }));

Deno.test("links in a circle come to an end", () =>
  withTree(async ({ link, folders }) => {
    await link("a/krakend.json", "../b/krakend.json");
    await link("b/krakend.json", "../a/krakend.json");
    assertEquals(folders("a/krakend.json"), ["a", "b"]);
  }));

Deno.test("sameFolders() notices a folder that was made again, even if it has the number of the old one", () =>
  withTree(async ({ root, write }) => {
    await write("a/1.json");
    const before = foldersOf([join(root, "a/1.json")]);
    await Deno.remove(join(root, "a"), { recursive: true });
    // Time stamps are told apart by the millisecond, and the kernel's clock
    // takes longer steps.
    const now = Date.now();
    await until("the file system's clock has moved on", async () => {
      await write("probe/1");
      const { mtime } = await Deno.stat(join(root, "probe/1"));
      return (mtime?.getTime() ?? 0) > now;
    });
    await write("a/1.json");
    const after = foldersOf([join(root, "a/1.json")]);
    assertEquals(sameFolders(before, after), false);
  }));

Deno.test("sameFolders() notices one that is missing, another, or replaced by its equal", () =>
  withTree(async ({ root, write }) => {
    await write("a/1.json");
    await write("b/2.json");
    const look = (...names: string[]) =>
      foldersOf(names.map((name) => join(root, name)));
    const before = look("a/1.json", "b/2.json");
    assertEquals(sameFolders(before, look("b/2.json", "a/1.json")), true);
    assertEquals(sameFolders(before, look("a/1.json")), false);
    assertEquals(sameFolders(look("a/1.json"), before), false);
    await Deno.rename(join(root, "a"), join(root, "aside"));
    await write("a/1.json");
    const after = look("a/1.json", "b/2.json");
    assertEquals(sameFolders(before, after), false);
    assertEquals(after.map(({ path }) => path), before.map(({ path }) => path));
    assertNotEquals(after[0]?.identity, before[0]?.identity);
  }));

Deno.test("a trace leads to what really stands at a path", () =>
  withTree(async ({ root, write, link }) => {
    await write("real/krakend.json");
    await link("etc/current", "../real");
    await link("etc/nowhere", "../none");
    const tracer = new Tracer();
    const real = (path: string) => tracer.trace(join(root, path)).real;
    const file = join(root, "real/krakend.json");
    assertEquals(real("real/krakend.json"), file);
    assertEquals(real("etc/current/krakend.json"), file);
    assertEquals(real("etc/current"), join(root, "real"));
    assertEquals(real("etc/nowhere"), undefined);
    assertEquals(real("real/none/krakend.json"), undefined);
  }));

Deno.test("what two points in a link lead to is the folder above the real one, not above the name", () =>
  withTree(async ({ root, write, link }) => {
    await write("deep/er/x.json");
    await write("deep/krakend.json");
    await write("krakend.json");
    await link("x", "deep/er");
    await link("link.json", "x/../krakend.json");
    const { real, entries } = new Tracer().trace(join(root, "link.json"));
    assertEquals(real, join(root, "deep/krakend.json"));
    assertEquals(real, await Deno.realPath(join(root, "link.json")));
    assertEquals(
      entries.map((path) => relative(root, path)),
      ["link.json", "x", "deep/krakend.json"],
    );
  }));
