import { assertEquals } from "@std/assert";
import { basename } from "@std/path";
import {
  isTemporary,
  withTemporaryFolder,
} from "../../../lib/system/temporary.ts";

Deno.test("a private folder of ours and what is in it are known by name, and other folders are not", async () => {
  const folder = await withTemporaryFolder((folder) => Promise.resolve(folder));
  const name = basename(folder);
  for (const path of [folder, name, `a/${name}/`, `${name}/compiled.json`]) {
    assertEquals([path, isTemporary(path)], [path, true]);
  }
  for (const path of ["krakend-watch-1/a", "krakend-watch.tmp", `x${name}`]) {
    assertEquals([path, isTemporary(path)], [path, false]);
  }
});
