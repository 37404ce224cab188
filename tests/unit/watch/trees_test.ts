import { assertEquals } from "@std/assert";
import { Files } from "../../../lib/watch/files.ts";
import { Listing, type ListingOptions } from "../../../lib/watch/trees.ts";
import { JSON_FILES } from "../../helpers/observer.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder } from "./support.ts";

/** A listing of the JSON files of a folder. */
class Scene {
  readonly files = new Files();
  readonly listing: Listing;

  constructor(
    readonly root: string,
    { tree = JSON_FILES, ...options }: Partial<
      ListingOptions & { tree: typeof JSON_FILES }
    > = {},
  ) {
    const { signal } = new AbortController();
    this.listing = new Listing(root, tree, {
      files: this.files,
      ignored: () => false,
      signal,
      ...options,
    });
  }

  /** Lists what is marked, and gives the names of its files in order. */
  async names(): Promise<string[]> {
    await this.listing.refresh();
    return this.listing.paths().map((path) => path.slice(this.root.length + 1))
      .sort();
  }
}

Deno.test("a tree holds the files that it accepts, in all folders that it does not exclude", async () => {
  await using folder = await Folder.make();
  const names = ["a.json", "b.txt", "sub/c.json", ".git/d.json", "s/u/b.json"];
  for (const name of names) folder.write(name);
  assertEquals(await new Scene(folder.path).names(), [
    "a.json",
    "s/u/b.json",
    "sub/c.json",
  ]);
});

Deno.test("a tree accepts paths relative to it, and folders that count themselves", async () => {
  await using folder = await Folder.make();
  folder.write("sub/deep/file");
  const asked: string[] = [];
  const tree = {
    ...JSON_FILES,
    accepts(path: string, isDirectory: boolean) {
      asked.push(isDirectory ? `${path}/` : path);
      return isDirectory;
    },
  };
  const scene = new Scene(folder.path, { tree });
  assertEquals(await scene.names(), ["sub", "sub/deep"]);
  assertEquals(asked, ["sub/", "sub/deep/", "sub/deep/file"]);
});

Deno.test("links to files count, dangling ones too; links to folders are not followed", async () => {
  await using folder = await Folder.make();
  folder.write("..1/a.json");
  folder.link("..data", "..1");
  folder.link("a.json", "..data/a.json");
  folder.link(".#b.json", "me@host.1:2");
  const scene = new Scene(folder.path);
  assertEquals(await scene.names(), [".#b.json", "..1/a.json", "a.json"]);
  assertEquals(scene.listing.links().length, 2);
});

Deno.test("pipes, sockets, devices and names that are not UTF-8 do not count", async () => {
  await using folder = await Folder.make();
  await succeeds("mkfifo", folder.at("pipe.json"));
  using _socket = Deno.listen({ transport: "unix", path: folder.at("s.json") });
  const script = `echo > '${folder.path}/'$'a\\377.json'`;
  assertEquals(await succeeds("bash", "-c", script), true);
  assertEquals(await new Scene(folder.path).names(), []);
});

Deno.test("what is ignored does not count, nor what is in it", async () => {
  await using folder = await Folder.make();
  for (const name of ["a.json", "out.json", "private/a.json"]) {
    folder.write(name);
  }
  const ignored = (path: string) => /\/(out\.json|private)$/.test(path);
  const { path } = folder;
  assertEquals(await new Scene(path, { ignored }).names(), ["a.json"]);
});

Deno.test("a tree that is no folder is its own file, until it is one", async () => {
  await using folder = await Folder.make();
  const scene = new Scene(folder.at("tree"));
  assertEquals(await scene.names(), [""]);
  folder.write("tree");
  scene.listing.invalidate(scene.root);
  assertEquals(await scene.names(), [""]);
  Deno.removeSync(scene.root);
  folder.write("tree/a.json");
  scene.listing.invalidate(scene.root);
  assertEquals(await scene.names(), ["a.json"]);
  Deno.removeSync(scene.root, { recursive: true });
  scene.listing.invalidate(scene.root);
  assertEquals(await scene.names(), [""]);
});

Deno.test("refresh() lists what was marked, and says whether files came or went", async () => {
  await using folder = await Folder.make();
  folder.write("a.json");
  folder.write("sub/b.json");
  const scene = new Scene(folder.path);
  const { listing } = scene;
  assertEquals(await listing.refresh(), true);
  assertEquals(await listing.refresh(), false);
  folder.write("sub/c.json");
  assertEquals(await listing.refresh(), false);
  listing.invalidate(folder.at("sub/c.json"));
  assertEquals(await listing.refresh(), true);
  listing.invalidate(folder.at("sub"));
  assertEquals(await listing.refresh(), false);
  assertEquals(await scene.names(), ["a.json", "sub/b.json", "sub/c.json"]);
});

Deno.test("of a folder that came, went or was replaced all files do", async () => {
  await using folder = await Folder.make();
  folder.write("a/b/c/1.json");
  const scene = new Scene(folder.path);
  await scene.names();
  folder.write("new/b/c/2.json");
  scene.listing.invalidate(folder.at("new"));
  assertEquals(await scene.names(), ["a/b/c/1.json", "new/b/c/2.json"]);
  Deno.renameSync(folder.at("a"), folder.at("old"));
  Deno.renameSync(folder.at("new"), folder.at("a"));
  scene.listing.invalidate(folder.at("a"));
  scene.listing.invalidate(folder.at("old"));
  assertEquals(await scene.names(), ["a/b/c/2.json", "old/b/c/1.json"]);
  Deno.removeSync(folder.at("old"), { recursive: true });
  scene.listing.invalidate(folder.at("old"));
  assertEquals(await scene.names(), ["a/b/c/2.json"]);
});

Deno.test("only events of the tree concern it", async () => {
  await using folder = await Folder.make();
  folder.write("tree/a.json");
  folder.write("tree/.git/b.json");
  folder.write("tree/new/x");
  const { listing } = new Scene(folder.at("tree"));
  await listing.refresh();
  const concerns = (name: string) => listing.invalidate(folder.at(name));
  const yes = ["tree", "tree/a.json", "tree/gone.json", "tree/new"];
  const no = [".", "other.json", "tree/x.txt", "tree/.git/b.json", "tree.json"];
  assertEquals(yes.filter(concerns), yes);
  assertEquals(no.filter(concerns), []);
});
