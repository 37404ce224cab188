import { assertEquals } from "@std/assert";
import { basename } from "@std/path";
import { isTemporary, makeTemporaryFolder } from "../../lib/temporary.ts";

Deno.test("a private folder of ours and what is in it are known by name, and other folders are not", async () => {
  const folder = await makeTemporaryFolder();
  await Deno.remove(folder);
  const name = basename(folder);
  for (const path of [folder, name, `a/${name}/`, `${name}/compiled.json`]) {
    assertEquals([path, isTemporary(path)], [path, true]);
  }
  for (const path of ["krakend-watch-1/a", "krakend-watch.tmp", `x${name}`]) {
    assertEquals([path, isTemporary(path)], [path, false]);
  }
});
