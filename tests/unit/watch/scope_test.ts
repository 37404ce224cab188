import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { list } from "../../../lib/watch/scope.ts";
import type { Tree } from "../../../lib/watch/tree.ts";
import { withFolder } from "../support.ts";

/** A tree with files in it, and what of it is an input. */
interface Scene {
  root: string;
  write: (...paths: string[]) => Promise<void>;
  /** The inputs and the folders to watch, as paths in the tree. */
  listed: (
    files: readonly string[],
    tree?: Partial<Tree>,
  ) => Promise<{ paths: string[]; folders: string[] }>;
}

function withTree(test: (scene: Scene) => Promise<void>): Promise<void> {
  return withFolder((root) =>
    test({
      root,
      write: async (...paths) => {
        for (const path of paths) {
          await ensureDir(dirname(join(root, path)));
          await Deno.writeTextFile(join(root, path), "");
        }
      },
      listed: async (files, tree) => {
        const whole = {
          path: root,
          accepts: (_: string, isDirectory: boolean) => !isDirectory,
          excludesFolder: () => false,
        };
        const { paths, folders } = await list({
          files: files.map((path) => join(root, path)),
          trees: tree ? [{ ...whole, ...tree }] : [],
        });
        const name = (path: string) => relative(root, path) || ".";
        return {
          paths: paths.map(name),
          // The way to the tree itself is the same for all.
          folders: folders.map(({ path }) => name(path))
            .filter((path) => !path.startsWith("..")),
        };
      },
    })
  );
}

Deno.test("named files are inputs whether they are there or not", () =>
  withTree(async ({ write, listed }) => {
    await write("a/krakend.json");
    assertEquals(await listed(["b.json", "a/krakend.json"]), {
      paths: ["a/krakend.json", "b.json"],
      folders: [".", "a"],
    });
  }));

Deno.test("a tree lists its files with those of its folders, and all folders", () =>
  withTree(async ({ write, listed }) => {
    await write("1", "a/2", "a/b/3");
    assertEquals(await listed([], {}), {
      paths: ["1", "a/2", "a/b/3"],
      folders: [".", "a", "a/b"],
    });
  }));

Deno.test("a tree is asked for paths relative to it, and a folder's ends in a slash", () =>
  withTree(async ({ write, listed }) => {
    await write("a/b/3");
    const asked: string[] = [];
    await listed([], {
      accepts: (path, isDirectory) => {
        asked.push(`${path} ${isDirectory}`);
        return true;
      },
    });
    assertEquals(asked, ["a/ true", "a/b/ true", "a/b/3 false"]);
  }));

Deno.test("folders that a tree accepts are inputs", () =>
  withTree(async ({ write, listed }) => {
    await write("a/1", "b/2");
    const { paths } = await listed([], {
      accepts: (_, isDirectory) => isDirectory,
    });
    assertEquals(paths, ["a", "b"]);
  }));

Deno.test("a folder that a tree excludes is neither listed nor watched", () =>
  withTree(async ({ write, listed }) => {
    await write(".git/objects/1", "a/2");
    assertEquals(
      await listed([], { excludesFolder: (path) => path === ".git/" }),
      { paths: ["a/2"], folders: [".", "a"] },
    );
  }));

Deno.test("a file that is named and in a tree is one input", () =>
  withTree(async ({ write, listed }) => {
    await write("krakend.json");
    assertEquals((await listed(["krakend.json"], {})).paths, ["krakend.json"]);
  }));

Deno.test("a link to a folder in a tree is not followed, so a loop has an end", () =>
  withTree(async ({ root, write, listed }) => {
    await write("a/1");
    await Deno.symlink(root, join(root, "a/loop"));
    assertEquals((await listed([], {})).paths, ["a/1", "a/loop"]);
  }));

Deno.test("an input is known by its real path too", () =>
  withTree(async ({ root, write }) => {
    await write("real/krakend.json");
    await Deno.symlink("real", join(root, "etc"));
    const file = join(root, "etc/krakend.json");
    const missing = join(root, "etc/none.json");
    const { inputs } = await list({ files: [file, missing], trees: [] });
    assertEquals([...inputs], [[join(root, "real/krakend.json"), file]]);
  }));

Deno.test("links, what is missing and what several inputs lead to are turnings, plain files are not", () =>
  withTree(async ({ root, write }) => {
    await write("real/krakend.json", "plain.json");
    await Deno.symlink("real", join(root, "etc"));
    await Deno.symlink("etc/krakend.json", join(root, "link.json"));
    const names = ["etc/krakend.json", "link.json", "plain.json", "none.json"];
    const files = names.map((name) => join(root, name));
    const { turnings } = await list({ files, trees: [] });
    assertEquals(
      [...turnings.keys()].map((path) => relative(root, path)).sort(),
      [
        "etc",
        "link.json",
        "none.json",
        "real/krakend.json",
      ],
    );
  }));
