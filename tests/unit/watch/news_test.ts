import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join, relative } from "@std/path";
import { News } from "../../../lib/watch/news.ts";
import { list, type Listing } from "../../../lib/watch/scope.ts";
import { withFolder } from "../support.ts";

interface Scene {
  root: string;
  /** What an event about a path means: what was edited, which folders are stale and which replaced. */
  means: (path: string, isEdit?: boolean) => unknown;
}

/** A tree of JSON files with a folder that is excluded, a link and a file of another kind. */
function withListing(test: (scene: Scene) => Promise<void>): Promise<void> {
  return withFolder(async (root) => {
    await ensureDir(join(root, "sub"));
    await ensureDir(join(root, "no"));
    await Deno.writeTextFile(join(root, "a.json"), "1");
    await Deno.writeTextFile(join(root, "notes.txt"), "1");
    await Deno.symlink("a.json", join(root, "link.json"));
    const tree = {
      path: root,
      accepts: (path: string) => path.endsWith(".json"),
      excludesFolder: (path: string) => path === "no/",
    };
    const listing: Listing = await list({ files: [], trees: [tree] });
    const names = (paths: Iterable<string> = []) =>
      [...paths].map((path) => relative(root, path) || ".");
    await test({
      root,
      means(path, isEdit = false) {
        const news = new News();
        const paths = [join(root, path)];
        news.hear({ isEdit, isVague: false, paths }, listing);
        const { edited, stale, isRestructured } = news;
        if (isRestructured && !stale) return "anything";
        return [edited, stale?.folders, stale?.replaced].map(names);
      },
    });
  });
}

Deno.test("what is written to a file of another kind, or comes into an excluded folder, is no news", () =>
  withListing(async ({ root, means }) => {
    await Deno.writeTextFile(join(root, "no/b.json"), "1");
    await Deno.mkdir(join(root, "no/deep"));
    const nothing = [[], [], []];
    assertEquals(means("notes.txt", true), nothing);
    assertEquals(means("notes.txt"), nothing);
    assertEquals(means("no/b.json"), nothing);
    assertEquals(means("no/deep"), nothing);
    assertEquals(means("gone.txt"), nothing);
    assertEquals(means("../other.json"), nothing);
  }));

Deno.test("what comes and goes makes its folder stale, and a folder all that is below it", () =>
  withListing(async ({ root, means }) => {
    await Deno.writeTextFile(join(root, "sub/b.json"), "1");
    await Deno.mkdir(join(root, "new"));
    assertEquals(means("sub/b.json"), [[], ["sub"], []]);
    assertEquals(means("sub/gone.json"), [[], ["sub"], []]);
    assertEquals(means("new"), [[], ["."], ["new"]]);
    await Deno.remove(join(root, "sub"), { recursive: true });
    assertEquals(means("sub"), [[], ["."], ["sub"]]);
  }));

Deno.test("who may read a folder is news about it", () =>
  withListing(async ({ means }) => {
    await Promise.resolve();
    assertEquals(means("sub", true), [[], ["sub"], []]);
  }));

Deno.test("what several inputs lead to, links and lost events may be about anything", () =>
  withListing(async ({ means }) => {
    await Promise.resolve();
    assertEquals(means("a.json", true), "anything");
    assertEquals(means("link.json"), "anything");
    const news = new News();
    news.hear({ isEdit: false, isVague: true, paths: [] }, undefined);
    assertEquals([news.isRestructured, news.stale], [true, undefined]);
  }));
