import { assert, assertEquals } from "@std/assert";
import {
  measure,
  type Release,
  sizeLine,
} from "../../../scripts/build/sizes.ts";

const SIZE = { raw: 98_800_000, gz: 43_000_000 };

Deno.test("a size is shown beside that of the last release", () => {
  const last: Release = {
    version: "1.2.0",
    files: { a: { raw: 100_000_000, gz: 40_000_000 } },
  };
  assertEquals(
    sizeLine("a", SIZE, last),
    "a  98.8 MB, 43.0 MB as .gz (1.2.0: -1.2 %, +7.5 %)",
  );
  assertEquals(
    sizeLine("b", SIZE, last),
    "b  98.8 MB, 43.0 MB as .gz (not in 1.2.0)",
  );
});

Deno.test("without a release, a size is compared with nothing", () => {
  assertEquals(
    sizeLine("a", SIZE, { version: null, files: {} }),
    "a  98.8 MB, 43.0 MB as .gz (there is no release to compare with)",
  );
});

Deno.test("measure() counts what is in a file, and what is left of it as a .gz", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "a".repeat(100_000));
  const { raw, gz } = await measure(path);
  await Deno.remove(path);
  assertEquals(raw, 100_000);
  assert(gz > 20 && gz < 1_000, `${gz}`);
});

Deno.test("doc/sizes.json is about the last release, or says that there is none", async () => {
  const file = new URL("../../../doc/sizes.json", import.meta.url);
  const { version, files } = JSON.parse(
    await Deno.readTextFile(file),
  ) as Release;
  assertEquals(version === null, Object.keys(files).length === 0);
});
