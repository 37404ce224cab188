import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { isUnchanged, readFile, statOf } from "../../../lib/watch/files.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder } from "./support.ts";

/** Lets time pass for the program, but not for the file system. */
function fakeTime(since: number) {
  const clock = FakeTimers.install({ now: since, toFake: ["Date"] });
  return {
    pass: (ms: number) => clock.tick(ms),
    [Symbol.dispose]: () => clock.uninstall(),
  };
}

Deno.test("the digest is of the content, whatever else was done to the file", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  const before = await readFile(path);
  folder.replace("a", "1");
  Deno.utimeSync(path, new Date(0), new Date(0));
  Deno.chmodSync(path, 0o600);
  assertEquals((await readFile(path)).state, before.state);
  folder.replace("a", "2");
  assertNotEquals((await readFile(path)).state, before.state);
});

Deno.test("what has no content is a state like any other, and has a problem", async () => {
  await using folder = await Folder.make();
  const file = folder.write("file");
  await succeeds("mkfifo", folder.at("pipe"));
  using _socket = Deno.listen({ transport: "unix", path: folder.at("socket") });
  const expected = {
    [folder.at("none")]: ["missing", "it is missing"],
    [`${file}/below`]: ["missing", "it is missing"],
    [folder.link("dangling", "none")]: ["missing", "it is missing"],
    [folder.path]: ["folder", "it is a folder"],
    [folder.at("pipe")]: ["pipe", "a pipe cannot be watched"],
    [folder.at("socket")]: ["socket", "a socket cannot be watched"],
    "/dev/null": ["device", "a device cannot be watched"],
  };
  for (const [path, state] of Object.entries(expected)) {
    const { digest, problem } = (await readFile(path)).state;
    assertEquals([digest, problem], state);
  }
  const { problem = "" } = (await readFile(folder.link("loop", "loop"))).state;
  assertMatch(problem, /^Too many levels of symbolic links$/);
});

Deno.test("another inode, size, time or mode is another fingerprint", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  using _time = fakeTime(Date.now() + 10_000);
  const changes = [
    () => folder.replace("a", "1"),
    () => Deno.writeTextFileSync(path, "22"),
    () => Deno.utimeSync(path, 1, 1),
    () => Deno.chmodSync(path, 0o600),
    () => Deno.removeSync(path),
    () => Deno.mkdirSync(path),
  ];
  for (const change of changes) {
    const known = await readFile(path);
    assertEquals(isUnchanged(known, statOf(path)), true);
    change();
    assertEquals(isUnchanged(known, statOf(path)), false, String(change));
  }
});

Deno.test("a fingerprint is trusted if the file was read 2.5 s after its last change, whatever its own times say", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "1");
  Deno.utimeSync(path, new Date("1971"), new Date("1971"));
  const changedAt = Deno.statSync(path).ctime?.getTime() ?? 0;
  using time = fakeTime(changedAt + 2_400);
  const isTrusted = async () => isUnchanged(await readFile(path), statOf(path));
  assertEquals(await isTrusted(), false);
  time.pass(200);
  assertEquals(await isTrusted(), true);
});

Deno.test("a file of more than 16 MB is not read: its fingerprint decides", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "");
  Deno.truncateSync(path, 3 * 1024 ** 3);
  const { state } = await readFile(path);
  assertEquals((await readFile(path)).state, state);
  Deno.utimeSync(path, 1, 1);
  assertNotEquals((await readFile(path)).state, state);
});

Deno.test("a configuration of more than 64 MB is not read, and has a problem", async () => {
  await using folder = await Folder.make();
  const path = folder.write("a", "");
  const readAt = async (size: number) => {
    Deno.truncateSync(path, size);
    const { state, content } = await readFile(path, statOf(path), true);
    return { ...state, size: content?.length };
  };
  const most = 64 * 1024 ** 2;
  assertEquals((await readAt(most)).size, most);
  const { digest, problem, size } = await readAt(most + 1);
  assertEquals([problem, size], ["it is larger than 64 MB", undefined]);
  assertNotEquals((await readAt(most + 2)).digest, digest);
});
