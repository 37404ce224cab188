import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { PATIENCE_MS } from "../../../lib/gate.ts";
import { Backlog } from "../../../lib/programs/backlog.ts";
import type { FileState, Snapshot } from "../../../lib/watch/snapshot.ts";

const SETTLE_MS = 100;

/** What files are: content by path; those that are not named are not there. */
type Files = Readonly<Record<string, string>>;

function snapshotOf(files: Files): Snapshot {
  const states = Object.entries(files).map(([path, content]) =>
    [path, {
      content,
      fingerprint: undefined,
      isEmpty: false,
      racy: false,
    }] satisfies [string, FileState]
  );
  return { files: new Map(states), digest: JSON.stringify(files) };
}

/** A backlog that has seen these files at time 0, and told that changes count. */
function backlogOf(files: Files, isPerFile = false): Backlog {
  const backlog = new Backlog({ settleMs: SETTLE_MS, isPerFile });
  backlog.observe(snapshotOf(files), 0);
  assertEquals(backlog.take(-Infinity), []);
  backlog.finish();
  return backlog;
}

Deno.test("nothing is due before the files are known, and then a portion without paths", () => {
  const backlog = new Backlog({ settleMs: SETTLE_MS, isPerFile: false });
  assertEquals(backlog.take(1_000), undefined);
  backlog.observe(snapshotOf({ a: "1" }), 0);
  assertEquals(backlog.take(-Infinity), []);
  assertEquals(backlog.take(1_000), undefined);
  assertEquals(backlog.dueInMs(1_000), undefined);
});

Deno.test("a change is due when the files were seen still for the settle time", () => {
  const backlog = backlogOf({ a: "1" });
  assertEquals(backlog.observe(snapshotOf({ a: "2" }), 1_000), ["a"]);
  assertEquals(backlog.dueInMs(1_030), 70);
  assertEquals(backlog.take(1_099), undefined);
  assertEquals(backlog.dueInMs(1_100), 0);
  assertEquals(backlog.take(1_100), ["a"]);
  assertEquals(backlog.dueInMs(1_200), undefined);
});

Deno.test("changes within the settle time are one portion", () => {
  const backlog = backlogOf({ a: "1", b: "1" });
  backlog.observe(snapshotOf({ a: "1", b: "2" }), 1_000);
  backlog.observe(snapshotOf({ a: "2", b: "2", c: "1" }), 1_090);
  assertEquals(backlog.take(1_100), undefined);
  assertEquals(backlog.take(1_190), ["a", "b", "c"]);
});

Deno.test("files that are never still wait two seconds, and no longer", () => {
  const backlog = backlogOf({ a: "1" });
  for (let now = 1_000; now < 1_000 + PATIENCE_MS; now += 50) {
    backlog.observe(snapshotOf({ a: `at ${now}` }), now);
    assertEquals(backlog.take(now), undefined, `${now}`);
  }
  assertEquals(backlog.take(1_000 + PATIENCE_MS), ["a"]);
});

Deno.test("a file that is deleted is a change", () => {
  const backlog = backlogOf({ a: "1", b: "1" });
  backlog.observe(snapshotOf({ b: "1" }), 1_000);
  assertEquals(backlog.take(1_100), ["a"]);
});

Deno.test("a file that was missing for a moment only is no change", () => {
  for (const isPerFile of [false, true]) {
    const backlog = backlogOf({ a: "1" }, isPerFile);
    backlog.observe(snapshotOf({}), 1_000);
    backlog.observe(snapshotOf({ a: "1" }), 1_010);
    assertEquals(backlog.dueInMs(1_010), undefined);
  }
});

Deno.test("a file that is named and missing is as one that is not there", () => {
  const backlog = backlogOf({ a: "it is missing" }, true);
  backlog.observe(snapshotOf({}), 1_000);
  assertEquals(backlog.dueInMs(1_000), undefined);
});

Deno.test("what changes while the command runs is due again, even if it is as before", () => {
  const backlog = backlogOf({ a: "1" });
  backlog.observe(snapshotOf({ a: "2" }), 1_000);
  assertEquals(backlog.take(1_100), ["a"]);
  assertEquals(backlog.isRunning, true);
  backlog.observe(snapshotOf({ a: "3" }), 1_200);
  backlog.observe(snapshotOf({ a: "2" }), 1_210);
  backlog.finish();
  assertEquals(backlog.isRunning, false);
  assertEquals(backlog.take(1_310), ["a"]);
});

Deno.test("what is again as it was at the last run is no change", () => {
  const backlog = backlogOf({ a: "1" });
  backlog.observe(snapshotOf({ a: "2" }), 1_000);
  assertEquals(backlog.take(1_100), ["a"]);
  backlog.finish();
  backlog.observe(snapshotOf({ a: "1" }), 2_000);
  backlog.observe(snapshotOf({ a: "2" }), 2_010);
  assertEquals(backlog.take(3_000), undefined);
  backlog.observe(snapshotOf({ a: "1" }), 4_000);
  assertEquals(backlog.take(4_100), ["a"]);
});

Deno.test("for each file by itself, the one that waits longest comes first", () => {
  const backlog = backlogOf({}, true);
  backlog.observe(snapshotOf({ b: "1" }), 1_000);
  backlog.observe(snapshotOf({ b: "1", a: "1" }), 1_050);
  assertEquals(backlog.take(1_100), ["b"]);
  assertEquals(backlog.take(1_100), undefined);
  assertEquals(backlog.dueInMs(1_100), 50);
  assertEquals(backlog.take(1_150), ["a"]);
  assertEquals(backlog.take(9_000), undefined);
});

Deno.test("for each file by itself, one that is gone is left out", () => {
  const backlog = backlogOf({ a: "1", b: "1" }, true);
  backlog.observe(snapshotOf({ b: "2" }), 1_000);
  assertEquals(backlog.take(1_100), ["b"]);
  assertEquals(backlog.take(1_100), undefined);
  // Whenever it comes back, it is new.
  backlog.observe(snapshotOf({ a: "1", b: "2" }), 5_000);
  assertEquals(backlog.take(5_100), ["a"]);
});

Deno.test("for each file by itself, a file that waits for its run has one run, however often it changes", () => {
  const backlog = backlogOf({ a: "1", b: "1" }, true);
  backlog.observe(snapshotOf({ a: "2", b: "2" }), 1_000);
  assertEquals(backlog.take(1_100), ["a"]);
  backlog.observe(snapshotOf({ a: "2", b: "3" }), 1_200);
  backlog.observe(snapshotOf({ a: "2", b: "4" }), 1_300);
  backlog.finish();
  assertEquals(backlog.take(1_400), ["b"]);
  backlog.finish();
  assertEquals(backlog.take(9_000), undefined);
});

Deno.test("very many changes at once are taken in", () => {
  const files = Array.from({ length: 100_000 }, (_, i) => [`${i}`, "1"]);
  for (const isPerFile of [false, true]) {
    const backlog = backlogOf({}, isPerFile);
    backlog.observe(snapshotOf(Object.fromEntries(files)), 1_000);
    assertEquals(backlog.dueInMs(1_000), SETTLE_MS);
    assertEquals(backlog.take(1_100)?.length, isPerFile ? 1 : files.length);
  }
});

/** A file is written, or deleted, after some time. */
interface Step {
  afterMs: number;
  path: string;
  content: string | undefined;
}

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.nat({ max: 300 }),
  path: fc.constantFrom("a", "b", "c"),
  content: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
});

Deno.test("whatever happens, the command has run for what every file is in the end", () => {
  const property = (
    isPerFile: boolean,
    runMs: number,
    steps: readonly Step[],
  ) => {
    let files: Files = { a: "1", b: "1" };
    const backlog = backlogOf(files, isPerFile);
    /** What each file was at the beginning of the last run for it. */
    const seen = new Map<string, string | undefined>(Object.entries(files));
    let now = 0;
    let endsAt = Infinity;
    const work = (until: number) => {
      for (; now <= until; now++) {
        if (now >= endsAt) {
          backlog.finish();
          endsAt = Infinity;
        }
        if (endsAt !== Infinity) continue;
        const paths = backlog.take(now);
        if (!paths) continue;
        endsAt = now + runMs;
        for (const path of paths) seen.set(path, files[path]);
      }
    };
    for (const { afterMs, path, content } of steps) {
      work(now + afterMs);
      const { [path]: _, ...others } = files;
      files = content === undefined ? others : { ...others, [path]: content };
      backlog.observe(snapshotOf(files), now);
    }
    work(now + 10_000);
    for (const path of ["a", "b", "c"]) {
      // Of a file that is gone, a command for each file is not told.
      if (isPerFile && files[path] === undefined) continue;
      assertEquals(seen.get(path), files[path], path);
    }
    assert(backlog.dueInMs(now) === undefined);
  };
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.nat({ max: 400 }),
      fc.array(stepArbitrary, { maxLength: 12 }),
      property,
    ),
  );
});
