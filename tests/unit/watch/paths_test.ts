import { assertEquals } from "@std/assert";
import { mountPointsIn, Ways } from "../../../lib/watch/paths.ts";
import { Folder } from "./support.ts";

/** The folders on the ways to files, as names in the folder of the test. */
function foldersOf(ways: Ways, { path }: Folder): string[] {
  return [...ways.folders.keys()]
    .map((it) => it === path ? "." : it.slice(path.length + 1)).sort();
}

const NONE: ReadonlySet<string> = new Set();

Deno.test("the way to a file is the folder that holds it", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a/b/file");
  const ways = new Ways();
  assertEquals(ways.addFile(path), path);
  assertEquals(foldersOf(ways, folder), ["a/b"]);
  assertEquals(ways.concerns(path, true), true);
  assertEquals(ways.concerns(folder.at("a/b/other"), false), false);
});

Deno.test("the way through links holds the folder of each, and of the end", async () => {
  await using folder = await Folder.make();
  const end = folder.write("real/deep/file");
  folder.write("etc/conf/x");
  folder.link("etc/folder", "../real");
  const link = folder.link("etc/conf/link", "../folder/deep/./file");
  const ways = new Ways();
  assertEquals(ways.addFile(link), end);
  assertEquals(foldersOf(ways, folder), ["etc", "etc/conf", "real/deep"]);
  for (const path of [link, folder.at("etc/folder"), end]) {
    assertEquals(ways.concerns(path, false), true, path);
  }
});

Deno.test("`..` after a link leads out of its target", async () => {
  await using folder = await Folder.make();
  const end = folder.write("real/file");
  folder.write("real/deep/x");
  folder.link("folder", "real/deep");
  assertEquals(new Ways().addFile(folder.link("link", "folder/../file")), end);
});

Deno.test("where something is missing, the way ends in the last folder that is there", async () => {
  await using folder = await Folder.make();
  folder.write("a/file");
  const ways = new Ways();
  for (const name of ["a/late/tls.pem", "a/late/other", "a/file/below"]) {
    assertEquals(ways.addFile(folder.at(name)), undefined);
  }
  assertEquals(foldersOf(ways, folder), ["a"]);
  assertEquals(ways.concerns(folder.at("a/late"), false), true);
});

Deno.test("a loop of links leads nowhere", async () => {
  await using folder = await Folder.make();
  folder.link("a", "b");
  const ways = new Ways();
  assertEquals(ways.addFile(folder.link("b", "a")), undefined);
  assertEquals(foldersOf(ways, folder), ["."]);
});

Deno.test("a folder in the place of another one has another identity", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a/file");
  const identity = () => {
    const ways = new Ways();
    ways.addFile(path);
    return ways.folders.get(folder.at("a"));
  };
  const before = identity();
  folder.write("a/other");
  assertEquals(identity(), before);
  Deno.renameSync(folder.at("a"), folder.at("b"));
  folder.write("a/file");
  assertEquals(identity() === before, false);
});

Deno.test("the way to a tree is each of its folders, and it decides which writes count", async () => {
  await using folder = await Folder.make();
  folder.write("real/sub/file");
  const root = folder.link("tree", "real");
  const ways = new Ways();
  ways.addTree(root, [root, `${root}/sub`], NONE, (name) => name === "sub/new");
  assertEquals(foldersOf(ways, folder), [".", "real", "real/sub"]);
  assertEquals(ways.concerns(folder.at("real/sub/new"), true), true);
  assertEquals(ways.concerns(folder.at("real/sub/log"), true), false);
  assertEquals(ways.concerns(folder.at("real/sub/log"), false), true);
  assertEquals(ways.concerns(folder.at("real2/sub/log"), false), false);
});

Deno.test("a tree that is missing, or is a file, is on the way like a file", async () => {
  await using folder = await Folder.make();
  const ways = new Ways();
  ways.addTree(folder.at("late/tree"), [], NONE, () => true);
  ways.addTree(folder.write("a/file"), [], NONE, () => true);
  assertEquals(foldersOf(ways, folder), [".", "a"]);
});

Deno.test("a tree with very many folders is watched as a whole", async () => {
  await using folder = await Folder.make();
  const names = Array.from({ length: 301 }, (_, i) => folder.at(`${i}`));
  const ways = new Ways();
  ways.addTree(folder.path, [folder.path, ...names], NONE, () => true);
  assertEquals([...ways.roots], [folder.path]);
  assertEquals([...ways.folders.keys()], [folder.path]);
});

Deno.test("of a tree with very many folders, those with links to folders are watched by themselves, and what is in no such one as a whole", async () => {
  await using folder = await Folder.make();
  const many = Array.from({ length: 301 }, (_, i) => `a/b/${i}`);
  const names = ["a", "c", "a/b", "a/d", "c/e", "a/d/f", ...many];
  const ways = new Ways();
  const paths = [folder.path, ...names.map((name) => folder.at(name))];
  ways.addTree(folder.path, paths, new Set([folder.at("a/d")]), () => true);
  assertEquals(foldersOf(ways, folder), [".", "a", "a/b", "a/d", "a/d/f", "c"]);
  const roots = ["a/b", "a/d/f", "c"].map((name) => folder.at(name));
  assertEquals([...ways.roots].sort(), roots);
});

Deno.test("a file that is mounted alone is known by the table of mounts", () => {
  const points = mountPointsIn([
    "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
    "36 22 254:0 /home/me/krakend.json /etc/krakend.json rw master:1 - ext4 /dev/vda rw",
    "37 22 254:0 /home/me/x.json /etc/my\\040file.json rw - ext4 /dev/vda rw",
    "",
  ].join("\n"));
  assertEquals([...points], ["/", "/etc/krakend.json", "/etc/my file.json"]);
});
