import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { join } from "@std/path";
import {
  differences,
  faultOf,
  type FileState,
  type Snapshot,
  takeSnapshot,
} from "../../../lib/watch/snapshot.ts";
import { withFolder } from "../support.ts";

/** The state of the only file of a snapshot. */
function only({ files }: Snapshot): FileState {
  const [state] = files.values();
  assert(state && files.size === 1, "one file");
  return state;
}

/** Runs a test with a file. */
function withFile(test: (path: string, folder: string) => Promise<void>) {
  return withFolder(async (folder) => {
    const path = join(folder, "krakend.json");
    await Deno.writeTextFile(path, "{}");
    await test(path, folder);
  });
}

/** Says that a look was long ago: from then on, only the fingerprint counts. */
function aged(snapshot: Snapshot, changes: Partial<FileState> = {}): Snapshot {
  const files = [...snapshot.files].map(([path, state]) =>
    [path, { ...state, racy: false, ...changes }] as const
  );
  return { ...snapshot, files: new Map(files) };
}

Deno.test("two looks at the same content have the same digest, whatever was done to the file", () =>
  withFile(async (path, folder) => {
    const before = await takeSnapshot([path]);
    await Deno.writeTextFile(path, "{}");
    await Deno.utime(path, new Date(0), new Date(0));
    assertEquals(
      (await takeSnapshot([path], { previous: before })).digest,
      before.digest,
    );
    const other = join(folder, "other.json");
    await Deno.writeTextFile(other, "{}");
    await Deno.rename(other, path);
    const after = await takeSnapshot([path], { previous: before });
    assertEquals(after.digest, before.digest);
    assertNotEquals(only(after).fingerprint, only(before).fingerprint);
  }));

Deno.test("another content has another digest", () =>
  withFile(async (path) => {
    const before = await takeSnapshot([path]);
    await Deno.writeTextFile(path, "[]");
    assertNotEquals(
      (await takeSnapshot([path], { previous: before })).digest,
      before.digest,
    );
  }));

Deno.test("a change that leaves size and time stamps alone is seen", () =>
  withFile(async (path) => {
    const time = new Date();
    await Deno.utime(path, time, time);
    const before = await takeSnapshot([path]);
    await Deno.writeTextFile(path, "[]");
    await Deno.utime(path, time, time);
    assertNotEquals(
      (await takeSnapshot([path], { previous: before })).digest,
      before.digest,
    );
  }));

Deno.test("a file that was just touched is read again at the next look", () =>
  withFile(async (path) => {
    assertEquals(only(await takeSnapshot([path])).racy, true);
    const future = new Date(Date.now() + 1e7);
    await Deno.utime(path, future, future);
    assertEquals(only(await takeSnapshot([path])).racy, true);
  }));

Deno.test("a file that was not touched is not read again", () =>
  withFile(async (path) => {
    const before = aged(await takeSnapshot([path]), { content: "sha256:old" });
    assertEquals(
      only(await takeSnapshot([path], { previous: before })).content,
      "sha256:old",
    );
  }));

Deno.test("a file with another fingerprint is read again", () =>
  withFile(async (path) => {
    const first = await takeSnapshot([path]);
    const marked = aged(first, { content: "sha256:old" });
    await Deno.utime(path, new Date(0), new Date(0));
    const { content } = only(await takeSnapshot([path], { previous: marked }));
    assertEquals(content, only(first).content);
  }));

Deno.test("a link that is set on another file is seen, and one on an equal file is no change", () =>
  withFile(async (path, folder) => {
    const link = join(folder, "link");
    const [equal, other] = [join(folder, "equal"), join(folder, "other")];
    await Deno.writeTextFile(equal, "{}");
    await Deno.writeTextFile(other, "[]");
    await Deno.symlink(path, link);
    const relink = async (target: string) => {
      await Deno.symlink(target, `${link}.new`);
      await Deno.rename(`${link}.new`, link);
    };
    const before = aged(await takeSnapshot([link]));
    await relink(equal);
    assertEquals(
      (await takeSnapshot([link], { previous: before })).digest,
      before.digest,
    );
    await relink(other);
    assertNotEquals(
      (await takeSnapshot([link], { previous: before })).digest,
      before.digest,
    );
  }));

Deno.test("a file that is not there, or is none, is a state like any other", () =>
  withFile(async (path, folder) => {
    const loop = join(folder, "loop");
    await Deno.symlink(loop, loop);
    const paths = [
      join(folder, "none"),
      join(path, "below"),
      folder,
      "/dev/null",
      loop,
    ];
    const { files } = await takeSnapshot(paths);
    const faults = [...files.values()].map(faultOf);
    assertMatch(faults.pop() ?? "", /^it cannot be read \(.*symbolic links/);
    assertEquals(faults, [
      "it is missing",
      "it is missing",
      "it is a folder",
      "it is not a file",
    ]);
  }));

Deno.test("a file that goes and comes back as it was is the same content", () =>
  withFile(async (path) => {
    const before = await takeSnapshot([path]);
    await Deno.remove(path);
    const without = await takeSnapshot([path], { previous: before });
    assertNotEquals(without.digest, before.digest);
    await Deno.writeTextFile(path, "{}");
    assertEquals(
      (await takeSnapshot([path], { previous: without })).digest,
      before.digest,
    );
  }));

Deno.test("an empty file is a file without fault, and is known to be empty", () =>
  withFile(async (path) => {
    assertEquals(only(await takeSnapshot([path])).isEmpty, false);
    await Deno.writeTextFile(path, "");
    const state = only(await takeSnapshot([path]));
    assertEquals([state.isEmpty, faultOf(state)], [true, undefined]);
  }));

Deno.test("two files that change places are a change", () =>
  withFile(async (path, folder) => {
    const other = join(folder, "other.json");
    await Deno.writeTextFile(other, "[]");
    const before = await takeSnapshot([path, other]);
    await Deno.rename(path, join(folder, "aside"));
    await Deno.rename(other, path);
    await Deno.rename(join(folder, "aside"), other);
    const after = await takeSnapshot([path, other], { previous: before });
    assertNotEquals(after.digest, before.digest);
    assertEquals([...after.files.keys()], [path, other]);
  }));

Deno.test("a look that finds nothing new is the look before it", () =>
  withFile(async (path, folder) => {
    const paths = [path, join(folder, "none")];
    const before = aged(await takeSnapshot(paths));
    assertEquals(
      await takeSnapshot(paths, { previous: before }) === before,
      true,
    );
    const fewer = await takeSnapshot([path], { previous: before });
    assertEquals([...fewer.files.keys()], [path]);
    assertNotEquals(fewer.digest, before.digest);
  }));

Deno.test("a look at some of the files takes the others as they were", () =>
  withFile(async (path, folder) => {
    const other = join(folder, "other.json");
    const paths = [path, other];
    const previous = await takeSnapshot(paths);
    await Deno.writeTextFile(path, "[]");
    await Deno.writeTextFile(other, "[]");
    const only = new Set([other]);
    const partial = await takeSnapshot(paths, { previous, only });
    assertEquals(differences(previous, partial), [other]);
    const whole = await takeSnapshot(paths, { previous: partial });
    assertEquals(differences(partial, whole), [path]);
    assertEquals(whole.digest, (await takeSnapshot(paths)).digest);
  }));

Deno.test("a look at some of the files looks at one that it never saw all the same", () =>
  withFile(async (path) => {
    const only = new Set<string>();
    const { files } = await takeSnapshot([path], { only });
    assertEquals(files.get(path)?.isEmpty, false);
  }));

Deno.test("differences() names files that came, went and changed, and no other", () =>
  withFile(async (path, folder) => {
    const names = ["changed", "gone", "same"].map((name) => join(folder, name));
    const [changed = "", gone = "", same = ""] = names;
    for (const name of names) await Deno.writeTextFile(name, "1");
    const before = await takeSnapshot(names);
    await Deno.writeTextFile(changed, "2");
    const after = await takeSnapshot([path, changed, same]);
    assertEquals(differences(before, after), [changed, gone, path].sort());
    assertEquals(differences(after, after), []);
  }));

Deno.test("a file that may not be read is unreadable", {
  // Root may read everything.
  ignore: Deno.uid() === 0,
}, () =>
  withFile(async (path) => {
    await Deno.chmod(path, 0);
    assertEquals(
      faultOf(only(await takeSnapshot([path]))),
      "it cannot be read (permission denied)",
    );
  }));
