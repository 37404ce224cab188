import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { changedPaths } from "../../lib/watch/snapshot.ts";
import { JSON_FILES, Observer, snapshotOf } from "../helpers/observer.ts";
import { Playground } from "../helpers/playground.ts";

/** What is done to a file or folder; it may fail where there is nothing to do it to. */
type Deed = (path: string, other: string, text: string) => Promise<unknown>;

/** Ways to change, move and remove, that programs and people have. */
const DEEDS: Readonly<Record<string, Deed>> = {
  async write(path, _, text) {
    await ensureDir(dirname(path));
    await Deno.writeTextFile(path, text);
  },
  async replace(path, _, text) {
    await Deno.writeTextFile(`${path}.new`, text);
    await Deno.rename(`${path}.new`, path);
  },
  remove: (path) => Deno.remove(path),
  removeFolder: (path) => Deno.remove(dirname(path), { recursive: true }),
  moveFolder: (path, other) => Deno.rename(dirname(path), dirname(other)),
  async link(path, other) {
    await Deno.symlink(other, `${path}.new`);
    await Deno.rename(`${path}.new`, path);
  },
  async linkFolder(path, other) {
    await Deno.symlink(dirname(other), join(dirname(path), "link.new"));
    await Deno.rename(join(dirname(path), "link.new"), dirname(path));
  },
  async writeByOtherName(path, other, text) {
    await Deno.link(path, `${other}.other`);
    await Deno.writeTextFile(`${other}.other`, text);
  },
  truncate: (path) => Deno.truncate(path),
  chmod: (path) => Deno.chmod(path, 0o600),
  touch: (path) => Deno.utime(path, new Date(0), new Date(0)),
  pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
};

const PATHS = ["a.json", "one/b.json", "one/deep/c.json", "two/d.json"];

const DEED = fc.record({
  name: fc.constantFrom(...Object.keys(DEEDS)),
  path: fc.constantFrom(...PATHS),
  other: fc.constantFrom(...PATHS),
  text: fc.constantFrom("", "1", "2"),
});

interface RandomChanges {
  /** How many folders the tree has besides. */
  readonly folders?: number;
  readonly isLazy?: boolean;
  readonly numRuns: number;
}

async function checkRandomChanges(
  { folders = 0, isLazy = false, numRuns }: RandomChanges,
) {
  const property = fc.asyncProperty(
    fc.array(DEED, { minLength: 5, maxLength: 40 }),
    async (deeds) => {
      const root = await Deno.realPath(
        await Deno.makeTempDir({ prefix: "krakend-watch-test-" }),
      );
      try {
        const [home, scratch] = [join(root, "home"), join(root, "scratch")];
        await Deno.mkdir(home);
        await Deno.mkdir(scratch);
        for (let i = 0; i < folders; i++) {
          await ensureDir(join(home, `one/many/${i}`));
        }
        const inputsWith = (isLazy: boolean) => [
          { path: join(home, "one/b.json"), why: "" },
          { path: join(home, "named.json"), why: "" },
          { path: home, why: "", tree: { ...JSON_FILES, isLazy } },
        ];
        const inputs = inputsWith(isLazy);
        await using observer = new Observer(inputs, { sweepMs: 300, scratch });
        await observer.until(
          "all is listed",
          () => observer.latest?.isComplete === true,
        );
        // From then on there are events.
        const first = join(home, "first.json");
        await observer.sees(first, () => Deno.writeTextFile(first, ""));
        const begin = observer.latest;
        const before = await snapshotOf(inputsWith(false));
        for (const { name, path, other, text } of deeds) {
          const deed = DEEDS[name];
          await deed?.(join(home, path), join(home, other), text)
            .catch(() => {});
        }
        const after = await snapshotOf(inputsWith(false));
        const changed = changedPaths(before, after).join();
        await observer.until(
          "the last snapshot is of what is there",
          () =>
            observer.latest !== undefined &&
            changedPaths(begin, observer.latest).join() === changed &&
            (isLazy || observer.latest.digest === after.digest),
        );
        const digests = observer.snapshots.filter(({ isComplete }) =>
          isComplete
        ).map(({ digest }) => digest);
        assertEquals(
          digests.filter((digest, i) => digest === digests[i - 1]),
          [],
        );
        // A link to the many folders can lead out of the tree by now.
        const troubles = observer.troubles.filter((it) =>
          !/^more than \d+ folders are behind links/.test(it)
        );
        assertEquals(troubles, []);
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    },
  );
  await fc.assert(property, { numRuns, endOnFailure: true });
}

Deno.test("whatever is done to files and folders, the last snapshot of a watcher is of what is there, and none is posted twice", () =>
  checkRandomChanges({ numRuns: 60 }));

Deno.test("so it does in a tree with very many folders", () =>
  checkRandomChanges({ folders: 1_001, numRuns: 3 }));

Deno.test("of a tree that is listed in the background the same changes are found", () =>
  checkRandomChanges({ isLazy: true, numRuns: 20 }));

Deno.test("of many saves in all ways the last is served, and what changes no content restarts nothing", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("v"));
  await place.startAndServe();
  const { file } = place;
  const ways: ((text: string) => Promise<unknown>)[] = [
    (text) => Deno.writeTextFile(file, text),
    async (text) => {
      await Deno.writeTextFile(place.path("new"), text);
      await Deno.rename(place.path("new"), file);
    },
    async (text) => {
      await Deno.remove(file);
      await Deno.writeTextFile(file, text);
    },
    async (text) => {
      const target = place.path(`v/${crypto.randomUUID()}.json`);
      await Deno.writeTextFile(target, text);
      await Deno.symlink(target, place.path("new"));
      await Deno.rename(place.path("new"), file);
    },
    async (text) => {
      await Deno.link(await Deno.realPath(file), place.path("v/name"));
      await Deno.writeTextFile(place.path("v/name"), text);
      await Deno.remove(place.path("v/name"));
    },
  ];
  const choices = fc.sample(fc.nat({ max: ways.length - 1 }), 60);
  for (const [i, choice] of choices.entries()) {
    await ways[choice]?.(place.config("/one", `/save/${i}`));
    // Some at once, and some while a gateway starts.
    const pauseMs = i % 3 === 0 ? 40 : 0;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await place.serves("/save/59");
  await place.settles();
  await place.staysQuiet();

  const { starts } = place;
  for (const way of ways) await way(place.config("/one", "/save/59"));
  const path = await Deno.realPath(file);
  await Deno.chmod(path, 0o600);
  await Deno.utime(path, new Date(), new Date(0));
  await place.staysQuiet();
  assertEquals(place.starts, starts, `saved by ${choices}`);
});
