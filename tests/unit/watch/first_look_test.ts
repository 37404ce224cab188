import { assertEquals } from "@std/assert";
import { FirstLook } from "../../../lib/watch/first_look.ts";
import { differences, type Snapshot } from "../../../lib/watch/snapshot.ts";

const AT = Date.UTC(2026, 10, 24);

/** A look that found files with these contents, last touched a second before or after. */
function lookOf(contents: Record<string, string>, isNew = false): Snapshot {
  const touched = AT + (isNew ? 1_000 : -1_000);
  const fingerprint = {
    dev: 1,
    ino: 1,
    size: 1,
    mtime: touched,
    ctime: touched,
  };
  return {
    digest: JSON.stringify(contents),
    files: new Map(
      Object.entries(contents).map(([path, content]) => [path, {
        content,
        fingerprint,
        isEmpty: false,
        racy: false,
      }]),
    ),
  };
}

Deno.test("what a first look left out is no change when it is found as it was", () => {
  const first = new FirstLook(lookOf({ a: "1" }), AT);
  const whole = first.rename(lookOf({ a: "1", b: "1" }));
  assertEquals(whole.digest, first.snapshot.digest);
  assertEquals([...whole.files.keys()], ["a", "b"]);
  assertEquals(differences(first.snapshot, whole), []);
});

Deno.test("a change after that is one, of one file, and its end leads back", () => {
  const first = new FirstLook(lookOf({ a: "1" }), AT);
  first.rename(lookOf({ a: "1", b: "1" }));
  const changed = first.rename(lookOf({ a: "1", b: "2" }));
  assertEquals(changed.digest === first.snapshot.digest, false);
  assertEquals(differences(first.snapshot, changed), ["b"]);
  const back = first.rename(lookOf({ a: "1", b: "1" }));
  assertEquals(back.digest, first.snapshot.digest);
});

Deno.test("what was touched since the first look, or is other there, is a change", () => {
  for (
    const later of [
      lookOf({ a: "1", b: "1" }, true),
      lookOf({ a: "2", b: "1" }),
      lookOf({ b: "1" }),
    ]
  ) {
    const first = new FirstLook(lookOf({ a: "1" }), AT);
    assertEquals(first.rename(later).digest, later.digest);
  }
});
