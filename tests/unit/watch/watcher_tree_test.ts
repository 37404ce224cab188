import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { takeSnapshot } from "../../../lib/watch/snapshot.ts";
import { NEVER_MS, Observer } from "../../helpers/observer.ts";
import { until, withFolder } from "../support.ts";

interface Scene {
  root: string;
  write: (path: string, text?: string) => Promise<void>;
  /** Waits until these files are the inputs, with the content that they have now. */
  sees: (...paths: string[]) => Promise<void>;
}

/** Watches the JSON files of a tree, by events alone. */
function withTree(
  test: (scene: Scene) => Promise<void>,
  name = "tree",
): Promise<void> {
  return withFolder(async (folder) => {
    const root = join(folder, name);
    await ensureDir(join(folder, "tree"));
    await Deno.symlink("tree", join(folder, "link"));
    const tree = {
      path: root,
      accepts: (path: string) => path.endsWith(".json"),
      excludesFolder: (path: string) => path.startsWith(".git/"),
    };
    await using observer = new Observer({ files: [], trees: [tree] }, NEVER_MS);
    const write = async (path: string, text = "{}") => {
      await ensureDir(dirname(join(root, path)));
      await Deno.writeTextFile(join(root, path), text);
    };
    const sees = async (...paths: string[]) => {
      const { digest } = await takeSnapshot(
        paths.map((path) => join(root, path)),
      );
      try {
        await until(
          "the files are seen",
          () => observer.latest?.digest === digest,
        );
      } catch {
        const found = [...observer.latest?.files.keys() ?? []];
        assertEquals(found.map((path) => relative(root, path)), paths);
        throw new Error("The files are known, but not their content");
      }
    };
    await test({ root, write, sees });
  });
}

Deno.test("files that come, change, go and are renamed in a tree are seen", () =>
  withTree(async ({ root, write, sees }) => {
    await sees();
    await write("a.json");
    await sees("a.json");
    await write("b.json");
    await write("a.json", "[]");
    await sees("a.json", "b.json");
    await Deno.rename(join(root, "a.json"), join(root, "c.json"));
    await sees("b.json", "c.json");
    await Deno.remove(join(root, "b.json"));
    await sees("c.json");
  }));

Deno.test("files in folders that were made a moment ago are seen", () =>
  withTree(async ({ root, write, sees }) => {
    await sees();
    await write("a/b/c/d.json");
    await sees("a/b/c/d.json");
    await write("a/b/c/d.json", "[]");
    await sees("a/b/c/d.json");
    await Deno.rename(join(root, "a"), join(root, "z"));
    await sees("z/b/c/d.json");
    await Deno.remove(join(root, "z"), { recursive: true });
    await sees();
  }));

Deno.test("what a tree does not accept, and what is in a folder that it excludes, is not seen", () =>
  withTree(async ({ write, sees }) => {
    await write(".git/config.json");
    await write("notes.txt");
    await write("a.json");
    await sees("a.json");
    await write(".git/config.json", "[]");
    await write("notes.txt", "other");
    await write("a.json", "[]");
    await sees("a.json");
  }));

Deno.test("files in a tree that is reached by a link are seen", () =>
  withTree(async ({ write, sees }) => {
    await write("a/b.json");
    await sees("a/b.json");
    await write("a/b.json", "[]");
    await sees("a/b.json");
  }, "link"));
