import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertMatch } from "@std/assert";
import { Files } from "../../../lib/watch/files.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder } from "./support.ts";

/** Lets time pass for the program, but not for the file system. */
function fakeTime() {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  return {
    pass: (ms: number) => clock.tick(ms),
    [Symbol.dispose]: () => clock.uninstall(),
  };
}

/** Reads a file as often as it takes to trust its fingerprint. */
async function settle(files: Files, path: string, pass: (ms: number) => void) {
  await files.read(path);
  pass(2_500);
  await files.read(path);
}

Deno.test("read() says whether the content has changed, whatever was done to the file", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  const files = new Files();
  assertEquals(await files.read(path), true);
  folder.replace("a", "1");
  Deno.utimeSync(path, new Date(0), new Date(0));
  Deno.chmodSync(path, 0o600);
  assertEquals(files.isSame(path), false);
  assertEquals(await files.read(path), false);
  folder.replace("a", "2");
  assertEquals(await files.read(path), true);
});

Deno.test("what has no content is a state like any other, and has a problem", async () => {
  await using folder = await Folder.make();
  const file = folder.write("file");
  const loop = folder.link("loop", "loop");
  await succeeds("mkfifo", folder.at("pipe"));
  using _socket = Deno.listen({ transport: "unix", path: folder.at("socket") });
  const expected = {
    [folder.at("none")]: ["missing", "it is missing"],
    [`${file}/below`]: ["missing", "it is missing"],
    [folder.link("dangling", "none")]: ["missing", "it is missing"],
    [folder.path]: ["folder", "it is a folder"],
    [folder.at("pipe")]: ["special", "a pipe cannot be watched"],
    [folder.at("socket")]: ["special", "a socket cannot be watched"],
    "/dev/null": ["special", "a device cannot be watched"],
  };
  const files = new Files();
  for (const [path, state] of Object.entries(expected)) {
    await files.read(path);
    const { kind, problem } = files.stateOf(path) ?? {};
    assertEquals([kind, problem], state);
    assertEquals(files.isSame(path), true);
  }
  await files.read(loop);
  const { kind, problem = "" } = files.stateOf(loop) ?? {};
  assertEquals(kind, "unreadable");
  assertMatch(problem, /^Too many levels of symbolic links$/);
});

Deno.test("a fingerprint is trusted once it was the same for 2.5 s, whatever the clock says", async () => {
  using time = fakeTime();
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  Deno.utimeSync(path, new Date("1971"), new Date("1971"));
  const files = new Files();
  await files.read(path);
  time.pass(2_400);
  await files.read(path);
  assertEquals([...files.young()], [path]);
  time.pass(100);
  await files.read(path);
  assertEquals([...files.young()], []);
  Deno.utimeSync(path, new Date("2035"), new Date("2035"));
  await files.read(path);
  assertEquals([...files.young()], [path]);
});

Deno.test("another inode, size or time is another fingerprint", async () => {
  using time = fakeTime();
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  const files = new Files();
  const changes = [
    () => folder.replace("a", "1"),
    () => Deno.writeTextFileSync(path, "22"),
    () => Deno.utimeSync(path, 1, 1),
    () => Deno.chmodSync(path, 0o600),
    () => Deno.removeSync(path),
    () => Deno.mkdirSync(path),
  ];
  for (const change of changes) {
    await settle(files, path, time.pass);
    assertEquals(files.isSame(path), true);
    change();
    assertEquals(files.isSame(path), false, String(change));
  }
});

Deno.test("a file of more than 16 MB is not read: its fingerprint decides", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "");
  Deno.truncateSync(path, 3 * 1024 ** 3);
  const files = new Files();
  await files.read(path);
  const state = files.stateOf(path);
  assertEquals([state?.kind, state?.size], ["file", 3 * 1024 ** 3]);
  assertEquals(await files.read(path), false);
  Deno.utimeSync(path, 1, 1);
  assertEquals(await files.read(path), true);
});

Deno.test("only the content of the configuration file is kept", async () => {
  await using folder = await Folder.make();
  const [config, other] = [folder.write("a", "1"), folder.write("b", "2")];
  const files = new Files(config);
  await files.read(config);
  await files.read(other);
  assertEquals(files.config, new TextEncoder().encode("1"));
  Deno.removeSync(config);
  await files.read(config);
  assertEquals(files.config, undefined);
});

Deno.test("a file that may not be read is unreadable, until it may", {
  // Root may read everything.
  ignore: Deno.uid() === 0,
}, async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  Deno.chmodSync(path, 0);
  const files = new Files();
  await files.read(path);
  assertEquals(files.stateOf(path)?.problem, "permission denied");
  Deno.chmodSync(path, 0o600);
  assertEquals(await files.read(path), true);
});

Deno.test("retain() forgets all other paths", async () => {
  await using folder = await Folder.make();
  const [a, b] = [folder.write("a"), folder.write("b")];
  const files = new Files();
  await files.read(a);
  await files.read(b);
  files.retain((path) => path === a);
  assertEquals([...files.paths()], [a]);
  assertEquals([...files.young()], [a]);
  assertEquals(files.stateOf(b), undefined);
});

Deno.test("our own standard output is no input, under whatever name", async () => {
  await using folder = await Folder.make();
  const module = new URL("../../../lib/watch/files.ts", import.meta.url);
  const script = folder.write(
    "script.ts",
    `import { Files, ownOutputFolders } from "${module}";
     const files = new Files();
     const paths = ["log", "name", "link", "other"].map((name) => "${folder.path}/" + name);
     for (const path of paths) await files.read(path);
     const counted = paths.filter((path) => files.stateOf(path));
     Deno.writeTextFileSync("${
      folder.at("result")
    }", JSON.stringify([counted, ownOutputFolders()]));`,
  );
  for (const name of ["log", "other"]) folder.write(name, "");
  Deno.linkSync(folder.at("log"), folder.at("name"));
  folder.link("link", "log");
  const deno = `'${Deno.execPath()}' run -A --no-config --no-check '${script}'`;
  const command = `${deno} > '${folder.at("log")}'`;
  assertEquals(await succeeds("sh", "-c", command), true);
  assertEquals(JSON.parse(Deno.readTextFileSync(folder.at("result"))), [
    [folder.at("other")],
    [folder.path],
  ]);
});
