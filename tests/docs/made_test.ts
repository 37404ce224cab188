import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DOCUMENTS } from "../../scripts/docs/write.ts";
import { DOC } from "../../scripts/paths.ts";

for (const [name, make] of Object.entries(DOCUMENTS)) {
  Deno.test(`doc/${name} is as deno task docs makes it now`, async () => {
    assertEquals(await Deno.readTextFile(join(DOC, name)), await make());
  });
}
