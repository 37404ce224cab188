import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { join, relative } from "@std/path";
import { list, mayBeNew, type Scope } from "../../../lib/watch/scope.ts";
import type { Snapshot } from "../../../lib/watch/snapshot.ts";
import { Watcher } from "../../../lib/watch/watcher.ts";
import { soon, until, withFolder } from "../support.ts";

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
    const stop = new AbortController();
    const watcher = new Watcher(scope, {
      mode: { usesEvents: true, trustsEvents: true, intervalMs: 3_600_000 },
      onTrouble: () => {},
      signal: stop.signal,
    });
    let latest: Snapshot | undefined;
    const ended = (async () => {
      for await (const snapshot of watcher) latest = snapshot;
    })();
    const sees = async (name: string, act: (path: string) => Promise<void>) => {
      const path = join(root, name);
      const content = () => latest?.files.get(path)?.content;
      const before = content();
      await act(path);
      await until(`${name} is seen`, () => content() !== before);
    };
    await until("the first look is done", () => latest !== undefined);

    await sees("many/7/a.json", (path) => Deno.writeTextFile(path, "22"));
    await sees("many/8/b.json", (path) => Deno.writeTextFile(path, "1"));
    await sees("../outside.json", (path) => Deno.writeTextFile(path, "22"));
    await sees("many/7/a.json", (path) => Deno.remove(path));
    await Deno.mkdir(join(root, "new"));
    await sees("new/c.json", (path) => Deno.writeTextFile(path, "1"));

    stop.abort();
    await soon("the watcher ended", ended);
  }));

Deno.test("what comes into an excluded folder of a tree is nobody's business", () =>
  withLargeTree((scope, root) => {
    const matters = (name: string) => mayBeNew(scope, join(root, name));
    assertEquals(matters("a.json"), true);
    assertEquals(matters("many/1/a.json"), true);
    assertEquals(matters("skipped/deep/a.json"), false);
    assertEquals(matters("../other.json"), false);
    return Promise.resolve();
  }));
