import { assertEquals } from "@std/assert";
import {
  fileMountProblem,
  parseMountInfo,
  Ways,
} from "../../../lib/watch/paths.ts";
import { Folder } from "./support.ts";

/** The folders on the ways to files, as names in the folder of the test. */
function foldersOf(ways: Ways, { path }: Folder): string[] {
  return [...ways.folders.keys()]
    .map((it) => it === path ? "." : it.slice(path.length + 1)).sort();
}

Deno.test("the way to a file is the folder that holds it", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a/b/file");
  const ways = new Ways();
  assertEquals(ways.addFile(path), path);
  assertEquals(foldersOf(ways, folder), ["a/b"]);
  assertEquals(ways.areSame(), true);
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
  assertEquals([...ways.namesOf(end)], [end, link]);
  assertEquals(ways.isWaypoint(folder.at("etc/folder")), true);
  assertEquals(ways.isWaypoint(end), false);
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
  assertEquals(ways.isWaypoint(folder.at("a/late")), true);
  assertEquals(ways.areSame(), true);
  folder.write("a/late/other");
  assertEquals(ways.areSame(), false);
});

Deno.test("a loop of links leads nowhere", async () => {
  await using folder = await Folder.make();
  folder.link("a", "b");
  const ways = new Ways();
  assertEquals(ways.addFile(folder.link("b", "a")), undefined);
  assertEquals(foldersOf(ways, folder), ["."]);
});

Deno.test("a link with another target, and a folder in the place of another, are noticed", async () => {
  await using folder = await Folder.make();
  folder.write("one/file");
  folder.write("two/file");
  folder.link("link", "one");
  const changes = [
    () => folder.link("link", "two"),
    () => {
      Deno.renameSync(folder.at("two"), folder.at("old"));
      folder.write("two/file");
    },
    () => Deno.removeSync(folder.at("two"), { recursive: true }),
    () => Deno.removeSync(folder.at("link")),
  ];
  for (const change of changes) {
    const ways = new Ways();
    ways.addFile(folder.at("link/file"));
    assertEquals(ways.areSame(), true);
    change();
    assertEquals(ways.areSame(), false, String(change));
  }
});

Deno.test("the way to a tree is each of its folders, under the names that it has", async () => {
  await using folder = await Folder.make();
  folder.write("real/sub/file");
  const root = folder.link("tree", "real");
  const ways = new Ways();
  ways.addTree(root, [root, `${root}/sub`], []);
  assertEquals(foldersOf(ways, folder), [".", "real", "real/sub"]);
  assertEquals([...ways.namesOf(folder.at("real/sub/new"))], [
    folder.at("real/sub/new"),
    `${root}/sub/new`,
  ]);
});

Deno.test("a tree that is missing, or is a file, is on the way like a file", async () => {
  await using folder = await Folder.make();
  const ways = new Ways();
  ways.addTree(folder.at("late/tree"), [], []);
  ways.addTree(folder.write("a/file"), [], []);
  assertEquals(foldersOf(ways, folder), [".", "a"]);
});

Deno.test("a tree with very many folders is watched as a whole", async () => {
  await using folder = await Folder.make();
  const names = Array.from({ length: 301 }, (_, i) => folder.at(`${i}`));
  const ways = new Ways();
  ways.addTree(folder.path, names, []);
  assertEquals([...ways.roots.keys()], [folder.path]);
  assertEquals(ways.folders.size, 0);
});

Deno.test("a file that is mounted alone is known by the table of mounts", () => {
  const mounts = parseMountInfo([
    "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
    "36 22 254:0 /home/me/krakend.json /etc/krakend/krakend.json rw master:1 - ext4 /dev/vda rw",
    "37 22 254:0 /home/me/gone.json//deleted /etc/krakend/my\\040file.json rw - ext4 /dev/vda rw",
    "",
  ].join("\n"));
  const problem = (path: string) => fileMountProblem(path, mounts);
  const [alone, orphan] = [
    problem("/etc/krakend/krakend.json"),
    problem("/etc/krakend/my file.json"),
  ];
  for (const text of [alone, orphan]) {
    assertEquals(text?.startsWith("is mounted as a single file"), true);
    assertEquals(text?.endsWith("mount its folder instead"), true);
  }
  assertEquals([alone, orphan].map((it) => it?.includes("gone")), [
    false,
    true,
  ]);
  assertEquals(problem("/etc/krakend/other.json"), undefined);
});
