import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join, relative } from "@std/path";
import { isCurrent, list, type Scope } from "../../../lib/watch/scope.ts";
import { NEVER_MS, Observer } from "../../helpers/observer.ts";
import { withFolder } from "../support.ts";

/** More folders than are watched one by one. */
const MANY = 1_200;

/** Makes a tree with many folders. */
async function withLargeTree(
  test: (scope: Scope, root: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const root = join(folder, "root");
    for (let i = 0; i < MANY; i++) await ensureDir(join(root, `many/${i}`));
    await Deno.writeTextFile(join(root, "many/7/a.json"), "1");
    await Deno.writeTextFile(join(folder, "outside.json"), "1");
    const tree = {
      path: root,
      accepts: (path: string) => path.endsWith(".json"),
      excludesFolder: (path: string) => path === "skipped/",
    };
    await test({ files: [join(folder, "outside.json")], trees: [tree] }, root);
  });
}

Deno.test("a tree with many folders is watched as a whole, and what is outside of it by itself", () =>
  withLargeTree(async (scope, root) => {
    const { folders, roots } = await list(scope);
    const names = (found: readonly { path: string }[]) =>
      found.map(({ path }) => relative(root, path));
    assertEquals(names(roots), [""]);
    assertEquals(names(folders), [".."]);
  }));

Deno.test("changes anywhere in a tree with many folders are seen by events alone, and so are those outside", () =>
  withLargeTree(async (scope, root) => {
    await using observer = new Observer(scope, NEVER_MS);
    const sees = (name: string, act: (path: string) => Promise<void>) => {
      const path = join(root, name);
      return observer.sees(path, () => act(path));
    };
    await sees("many/7/a.json", (path) => Deno.writeTextFile(path, "22"));
    await sees("many/8/b.json", (path) => Deno.writeTextFile(path, "1"));
    await sees("../outside.json", (path) => Deno.writeTextFile(path, "22"));
    await sees("many/7/a.json", (path) => Deno.remove(path));
    await Deno.mkdir(join(root, "new"));
    await sees("new/c.json", (path) => Deno.writeTextFile(path, "1"));
  }));

Deno.test("the folders of a tree with many are watched one by one where that costs little, before they are read", () =>
  withLargeTree(async (scope, root) => {
    const watched: string[] = [];
    const watchBranch = (path: string) => {
      return watched.push(relative(root, path)) > 0;
    };
    const { folders, roots } = await list(scope, { watchBranch });
    assertEquals(roots, []);
    assertEquals(folders.map(({ path }) => relative(root, path)), [".."]);
    assertEquals(watched.length, MANY + 2);
    assertEquals(watched.slice(0, 2), ["", "many"]);
  }));

Deno.test("of a tree with many folders only those are read again in which something came or went", () =>
  withLargeTree(async (scope, root) => {
    const watched: string[] = [];
    const watchBranch = (path: string) => {
      return watched.push(relative(root, path)) > 0;
    };
    const previous = await list(scope, { watchBranch });
    watched.length = 0;
    await ensureDir(join(root, "many/3/new"));
    await Deno.writeTextFile(join(root, "many/3/new/b.json"), "1");
    await Deno.writeTextFile(join(root, "many/9/unheard.json"), "1");
    const folders = new Set([join(root, "many/3")]);
    const stale = { folders, replaced: new Set<string>() };
    const heard = await list(scope, { previous, stale, watchBranch });
    assertEquals(watched, ["many/3", "many/3/new"]);
    const names = ({ paths }: { paths: readonly string[] }) =>
      paths.map((path) => relative(root, path));
    assertEquals(names(heard), [
      "../outside.json",
      "many/3/new/b.json",
      "many/7/a.json",
    ]);
    // Without being told, all stamps are compared.
    assertEquals(names(await list(scope, { previous: heard })), [
      "../outside.json",
      "many/3/new/b.json",
      "many/7/a.json",
      "many/9/unheard.json",
    ]);
  }));

Deno.test("folders of a large tree that are not watched after all are not taken for current", () =>
  withLargeTree(async (scope, root) => {
    const watched = await list(scope, { watchBranch: () => true });
    assertEquals(isCurrent(watched, true), true);
    const unwatched = await list(scope, { watchBranch: () => true });
    assertEquals(isCurrent(unwatched, false), false);
    await Deno.writeTextFile(join(root, "many/9/late.json"), "1");
    const again = await list(scope, {
      previous: unwatched,
      watchBranch: () => false,
    });
    assertEquals(again.paths.includes(join(root, "many/9/late.json")), true);
  }));
