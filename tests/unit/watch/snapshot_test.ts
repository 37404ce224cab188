import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  Camera,
  type CameraOptions,
  changedPaths,
  type Input,
  type Tree,
} from "../../../lib/watch/snapshot.ts";
import { IMPORT_MAP } from "../../../scripts/paths.ts";
import { JSON_FILES } from "../../helpers/observer.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder, Shortage } from "./support.ts";

/** Snapshots of inputs in a folder of a test. */
class Scene {
  readonly camera: Camera;

  constructor(
    readonly folder: Folder,
    readonly inputs: readonly Input[],
    options: CameraOptions = {},
  ) {
    this.camera = new Camera(options);
  }

  take() {
    return this.camera.take(this.inputs);
  }

  /** The names of all files, in order. */
  async names(): Promise<string[]> {
    const { files } = await this.take();
    return [...files.keys()].map((path) => this.#nameOf(path)).sort();
  }

  /** Does something, and returns the names that have changed. */
  async changes(act: () => unknown): Promise<string[]> {
    const before = await this.take();
    act();
    await this.camera.refreshLazy();
    const after = await this.take();
    const changed = changedPaths(before, after);
    assertEquals(after.digest !== before.digest, changed.length > 0);
    return changed.map((path) => this.#nameOf(path));
  }

  #nameOf(path: string): string {
    return path.slice(this.folder.path.length + 1);
  }
}

function file(path: string): Input {
  return { path, why: "" };
}

function tree(path: string, tree: Partial<Tree> = {}): Input {
  return { path, why: "", tree: { ...JSON_FILES, ...tree } };
}

Deno.test("a snapshot names what changed, came and went, in order", async () => {
  await using folder = await Folder.make();
  const paths = ["b", "gone", "same"].map((name) => folder.write(name));
  const inputs = [...paths, folder.at("a")].map(file);
  const scene = new Scene(folder, inputs);
  const changes = await scene.changes(() => {
    folder.write("b", "1");
    folder.write("a");
    Deno.removeSync(folder.at("gone"));
  });
  assertEquals(changes, ["a", "b", "gone"]);
  assertEquals(changedPaths(undefined, await scene.take()).length, 4);
});

Deno.test("if nothing has changed there is no other snapshot", async () => {
  await using folder = await Folder.make();
  const scene = new Scene(folder, [file(folder.write("a", "1"))]);
  const first = await scene.take();
  folder.replace("a", "1");
  assertEquals(await scene.take() === first, true);
});

Deno.test("the digest depends on the paths, and not on their order or on where one ends", async () => {
  await using folder = await Folder.make();
  const digestOf = async (...names: string[]) => {
    const inputs = names.map((name) => file(folder.at(name)));
    return (await new Scene(folder, inputs).take()).digest;
  };
  for (const name of ["a", "b"]) folder.write(name);
  assertEquals(await digestOf("a", "b"), await digestOf("b", "a"));
  const others = [digestOf("a"), digestOf("b"), digestOf("ab"), digestOf()];
  assertEquals(new Set(await Promise.all(others)).size, 4);
});

Deno.test("only the content of the configuration file is kept", async () => {
  await using folder = await Folder.make();
  const [config, other] = [folder.write("a", "1"), folder.write("b", "2")];
  const inputs = [file(other), file(config)];
  const scene = new Scene(folder, inputs, { configFile: config });
  assertEquals((await scene.take()).config, new TextEncoder().encode("1"));
  Deno.removeSync(config);
  assertEquals((await scene.take()).config, undefined);
});

Deno.test("a tree holds the files that it accepts, in all folders that it does not exclude", async () => {
  await using folder = await Folder.make();
  const names = ["a.json", "b.txt", "sub/c.json", ".git/d.json", "s/u/b.json"];
  for (const name of [...names, "x/e.json"]) folder.write(name);
  const ignored = (path: string) => path === folder.at("x");
  const scene = new Scene(folder, [tree(folder.path)], { ignored });
  assertEquals(await scene.names(), ["a.json", "s/u/b.json", "sub/c.json"]);
});

Deno.test("a tree accepts paths relative to it, and folders that count themselves", async () => {
  await using folder = await Folder.make();
  folder.write("sub/deep/file");
  const asked: string[] = [];
  const accepts = (path: string, isDirectory: boolean) => {
    asked.push(isDirectory ? `${path}/` : path);
    return isDirectory;
  };
  const scene = new Scene(folder, [tree(folder.path, { accepts })]);
  assertEquals(await scene.names(), ["sub", "sub/deep"]);
  assertEquals(asked, ["sub/", "sub/deep/", "sub/deep/file"]);
});

Deno.test("links to files count, dangling ones too, and what is behind links to folders, but nothing twice", async () => {
  await using folder = await Folder.make();
  for (const name of ["..1/a", "..1/sub/b", "..1/sub/deep/c", "d"]) {
    folder.write(`tree/${name}.json`);
  }
  folder.write("shared/deep/e.json");
  const links = {
    "..data": "..1",
    "a.json": "..data/a.json",
    "sub": "..data/sub",
    "lib": "../shared",
    "lib/again": "deep",
    "..1/sub/self": ".",
    ".#f.json": "me@host.1:2",
    "up": "..",
    "own": ".",
    "disk": "/",
  };
  for (const [name, target] of Object.entries(links)) {
    folder.link(`tree/${name}`, target);
  }
  const root = folder.at("tree");
  const usual = { excludesFolder: (path: string) => path.startsWith(".") };
  const named = [".#f", "a", "d", "lib/deep/e", "sub/b", "sub/deep/c"];
  const all = [
    ...[".#f", "..1/a", "..1/sub/b", "..1/sub/deep/c", "a", "d", "lib/deep/e"],
  ];
  for (const [options, names] of [[usual, named], [{}, all]] as const) {
    const scene = new Scene(folder, [tree(root, options)]);
    const paths = names.map((name) => `tree/${name}.json`);
    assertEquals(await scene.names(), paths.sort());
  }
});

Deno.test("where a link to a folder leads is asked each time", async () => {
  await using folder = await Folder.make();
  folder.write("1/sub/a.json", "1");
  folder.write("2/sub/a.json", "2");
  folder.write("tree/b.json");
  folder.link("current", "1");
  folder.link("tree/lib", "../current");
  const scene = new Scene(folder, [tree(folder.at("tree"))]);
  const path = "tree/lib/sub/a.json";
  const steps: [() => unknown, string[]][] = [
    [() => folder.write("1/sub/a.json", "3"), [path]],
    [() => folder.link("current", "2"), [path]],
    [() => Deno.removeSync(folder.at("current")), [path]],
    [() => folder.link("current", "2"), [path]],
    [() => folder.write("2/new/c.json"), ["tree/lib/new/c.json"]],
  ];
  for (const [act, names] of steps) {
    assertEquals(await scene.changes(act), names);
  }
});

Deno.test("patterns meet a folder at each of its links, until files in it count", async () => {
  await using folder = await Folder.make();
  folder.write("real/a.json");
  folder.link("link", "real");
  const accepts = (path: string) => path === "link/a.json";
  const scene = new Scene(folder, [tree(folder.path, { accepts })]);
  assertEquals(await scene.names(), ["link/a.json"]);
});

Deno.test("of all that is behind links, a thousand folders count", async () => {
  await using folder = await Folder.make();
  for (let i = 0; i < 1_001; i++) {
    Deno.mkdirSync(folder.at(`many/${i}`), { recursive: true });
  }
  Deno.mkdirSync(folder.at("tree"));
  folder.link("tree/many", "../many");
  const scene = new Scene(folder, [tree(folder.at("tree"))]);
  await scene.take();
  assertEquals(
    scene.camera.members.map(({ folders, isCut }) => [folders.size, isCut]),
    [[1_001, true]],
  );
  for (const i of [1, 2]) Deno.removeSync(folder.at(`many/${i}`));
  await scene.take();
  assertEquals(
    scene.camera.members.map(({ folders, isCut }) => [folders.size, isCut]),
    [[1_001, false]],
  );
});

Deno.test("where a name is enough, whatever has it counts by its presence; elsewhere pipes and names that are not UTF-8 do not", async () => {
  await using folder = await Folder.make();
  const accepts = (path: string) => path.endsWith(".json");
  const scenes = [true, false].map((isByName) => {
    const shallow = { accepts, isByName, excludesFolder: () => true };
    return new Scene(folder, [tree(folder.path, shallow)]);
  });
  const run = async (script: string) => {
    const before = await Promise.all(scenes.map((it) => it.take()));
    const command = `cd '${folder.path}' && ${script}`;
    assertEquals(await succeeds("bash", "-c", command), true);
    const after = await Promise.all(scenes.map((it) => it.take()));
    return after.map((it, i) => changedPaths(before[i], it).length > 0);
  };
  const kinds = {
    "mkdir a.json": true,
    "mkfifo b.json": false,
    "ln -s . c.json": true,
    "ln -s none d.json": true,
    "echo > $'e\\377.json'": false,
    "mkdir $'f\\377.json'": false,
  };
  for (const [make, isUsual] of Object.entries(kinds)) {
    for (const script of [make, "rm -r *.json"]) {
      assertEquals(await run(script), [true, isUsual], make);
    }
  }
});

Deno.test("a tree that is missing or a file counts itself", async () => {
  await using folder = await Folder.make();
  const scene = new Scene(folder, [tree(folder.at("tree"))]);
  assertEquals(await scene.names(), ["tree"]);
  assertEquals(await scene.changes(() => folder.write("tree")), ["tree"]);
  Deno.removeSync(folder.at("tree"));
  folder.write("tree/a.json");
  assertEquals(await scene.names(), ["tree/a.json"]);
  Deno.removeSync(folder.at("tree"), { recursive: true });
  assertEquals(await scene.names(), ["tree"]);
});

Deno.test("of a folder that came, went or was replaced all files do", async () => {
  await using folder = await Folder.make();
  folder.write("a/b/c/1.json");
  const scene = new Scene(folder, [tree(folder.path)]);
  await scene.names();
  folder.write("new/b/c/2.json");
  assertEquals(await scene.names(), ["a/b/c/1.json", "new/b/c/2.json"]);
  Deno.renameSync(folder.at("a"), folder.at("old"));
  Deno.renameSync(folder.at("new"), folder.at("a"));
  assertEquals(await scene.names(), ["a/b/c/2.json", "old/b/c/1.json"]);
  Deno.removeSync(folder.at("old"), { recursive: true });
  assertEquals(await scene.names(), ["a/b/c/2.json"]);
});

Deno.test("the first listing of a lazy tree is no change; what differs from it is, until it is as before", async () => {
  await using folder = await Folder.make();
  for (const name of ["a.json", "b.json"]) folder.write(name, "1");
  const lazy = tree(folder.path, { isLazy: true });
  const scene = new Scene(folder, [file(folder.write("config")), lazy]);
  const first = await scene.take();
  assertEquals(await scene.names(), ["config"]);
  assertEquals(first.isComplete, false);

  await scene.camera.refreshLazy();
  const complete = await scene.take();
  assertEquals(await scene.names(), ["a.json", "b.json", "config"]);
  assertEquals([complete.digest, complete.isComplete], [first.digest, true]);
  assertEquals(changedPaths(first, complete), []);

  const changes: [() => unknown, string[]][] = [
    [() => folder.write("a.json", "2"), ["a.json"]],
    [() => Deno.removeSync(folder.at("a.json")), ["a.json"]],
    [() => folder.write("c.json"), ["c.json"]],
  ];
  for (const [act, names] of changes) {
    assertEquals(await scene.changes(act), names);
  }
  assertNotEquals((await scene.take()).digest, first.digest);
  const revert = () => {
    folder.write("a.json", "1");
    Deno.removeSync(folder.at("c.json"));
  };
  assertEquals(await scene.changes(revert), ["a.json", "c.json"]);
  assertEquals((await scene.take()).digest, first.digest);
});

Deno.test("what changes before a lazy tree is listed is a change", async () => {
  await using folder = await Folder.make();
  for (const name of ["a.json", "b.json"]) folder.write(name, "1");
  const scene = new Scene(folder, [tree(folder.path, { isLazy: true })]);
  const soon = Date.now() / 1_000 + 1;
  const write = () => Deno.utimeSync(folder.write("a.json", "2"), soon, soon);
  assertEquals(await scene.changes(write), ["a.json"]);
});

Deno.test("a file of a lazy tree that is named besides counts like any other", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a.json");
  const lazy = tree(folder.path, { isLazy: true });
  const scene = new Scene(folder, [lazy, file(path)]);
  await scene.take();
  await scene.camera.refreshLazy();
  assertEquals([...(await scene.take()).digests.keys()], [path]);
});

Deno.test("what cannot be read for want of descriptors is not taken for missing, empty or faulty", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a.json");
  folder.write("tree/b.json");
  const inputs = [file(path), tree(folder.at("tree"))];
  for (const change of ["a.json", "tree/c.json"]) {
    const scene = new Scene(folder, inputs);
    const before = await scene.take();
    folder.write(change, `"${change}"`);
    {
      using _ = new Shortage();
      await assertRejects(() => scene.take(), Error, "Too many open files");
    }
    const after = await scene.take();
    assertEquals(changedPaths(before, after), [folder.at(change)]);
  }
});

Deno.test("our own standard output is no input, under whatever name", async () => {
  await using folder = await Folder.make();
  const module = new URL("../../../lib/watch/snapshot.ts", import.meta.url);
  const script = folder.write(
    "script.ts",
    `import { Camera } from "${module}";
     const inputs = ["log", "name", "link", "other"].map((name) => ({ path: "${folder.path}/" + name, why: "" }));
     const { files } = await new Camera().take(inputs);
     Deno.writeTextFileSync("${
      folder.at("result")
    }", [...files.keys()].join());`,
  );
  for (const name of ["log", "other"]) folder.write(name, "");
  Deno.linkSync(folder.at("log"), folder.at("name"));
  folder.link("link", "log");
  const deno = `'${Deno.execPath()}' run -A --import-map='${IMPORT_MAP}'`;
  const command = `${deno} '${script}' > '${folder.at("log")}'`;
  assertEquals(await succeeds("sh", "-c", command), true);
  const counted = Deno.readTextFileSync(folder.at("result"));
  assertEquals(counted, folder.at("other"));
});
