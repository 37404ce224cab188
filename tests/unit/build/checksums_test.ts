import { assertEquals } from "@std/assert";
import { sha256Of, sumsText } from "../../../scripts/build/checksums.ts";

/** The sum of "abc", from the standard (FIPS 180-2, B.1). */
const SUM_OF_ABC =
  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("sha256Of() is the same for bytes and for a file of them", async () => {
  const bytes = new TextEncoder().encode("abc");
  assertEquals(await sha256Of(bytes), SUM_OF_ABC);
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, bytes);
  assertEquals(await sha256Of(path), SUM_OF_ABC);
  await Deno.remove(path);
});

Deno.test("sumsText() is a list for sha256sum --check", () => {
  const sums = [{ name: "a", sha256: "0a" }, { name: "b.exe", sha256: "1b" }];
  assertEquals(sumsText(sums), "0a  a\n1b  b.exe\n");
  assertEquals(sumsText([]), "");
});
