import { assertEquals } from "@std/assert";
import {
  changedPaths,
  digestOf,
  type Snapshot,
} from "../../../lib/watch/snapshot.ts";

/** A snapshot of files with these contents, and of a baseline. */
async function snapshot(
  files: Readonly<Record<string, string>>,
  baseline: Readonly<Record<string, string>> = {},
): Promise<Snapshot> {
  const states = Object.entries(files).map(([path, digest]) =>
    [path, { digest, kind: "file", size: 1 }] as const
  );
  const parts = {
    files: new Map(states),
    baseline: new Map(Object.entries(baseline)),
  };
  const digest = await digestOf(parts);
  return { ...parts, digest, inputs: [], config: undefined, isComplete: true };
}

Deno.test("changedPaths() names what changed, came and went, in order", async () => {
  const before = await snapshot({ "/b": "1", "/gone": "1", "/same": "1" });
  const after = await snapshot({ "/b": "2", "/a": "1", "/same": "1" });
  assertEquals(changedPaths(before, after), ["/a", "/b", "/gone"]);
  assertEquals(changedPaths(after, after), []);
});

Deno.test("changedPaths() names all files if there was no snapshot before", async () => {
  assertEquals(changedPaths(undefined, await snapshot({ "/a": "1" })), ["/a"]);
});

Deno.test("what a lazy tree listed first is no change", async () => {
  const before = await snapshot({ "/config": "1" });
  const after = await snapshot({ "/config": "1", "/a": "1" }, { "/a": "1" });
  assertEquals(after.digest, before.digest);
  assertEquals(changedPaths(before, after), []);
  assertEquals(changedPaths(undefined, after), ["/config"]);
});

Deno.test("a file of a lazy tree that changes, comes or goes is a change until it is as before", async () => {
  const baseline = { "/a": "1", "/b": "1" };
  const before = await snapshot({ "/a": "1", "/b": "1" }, baseline);
  const states = [
    { files: { "/a": "2", "/b": "1" }, changed: ["/a"] },
    { files: { "/b": "1" }, changed: ["/a"] },
    { files: { "/a": "1", "/b": "1", "/c": "1" }, changed: ["/c"] },
    { files: { "/a": "1", "/b": "1" }, changed: [] },
  ];
  const digests = new Set<string>();
  for (const { files, changed } of states) {
    const after = await snapshot(files, baseline);
    assertEquals(changedPaths(before, after), changed);
    digests.add(after.digest);
  }
  assertEquals(digests.size, states.length);
  assertEquals([...digests].at(-1), before.digest);
});

Deno.test("the digest depends on the paths, and not on where one ends", async () => {
  const digests = await Promise.all(
    [{ "/a": "1" }, { "/b": "1" }, { "/a1": "" }, {}].map(async (files) =>
      (await snapshot(files)).digest
    ),
  );
  assertEquals(new Set(digests).size, digests.length);
});
