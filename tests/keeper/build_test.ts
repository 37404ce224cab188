import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildKeeper, keeperPath } from "../../scripts/build/keeper.ts";
import { type Arch, ARCHITECTURES } from "../../scripts/static/architecture.ts";
import { parseElf, PF, PT } from "../../scripts/static/elf.ts";
import { temporaryFolder } from "./keeper_process.ts";

for (const arch of ["x86_64", "aarch64"] satisfies Arch[]) {
  Deno.test(`the keeper for ${arch} is a static program that has nothing to write to`, async () => {
    using folder = temporaryFolder();
    const output = join(folder.path, "dist", "keeper");
    await buildKeeper({ arch, output });
    assertEquals((Deno.statSync(output).mode ?? 0) & 0o777, 0o755);
    const elf = parseElf(await Deno.readFile(output));
    assertEquals(elf.machine, ARCHITECTURES[arch].machine);
    assertEquals(
      elf.programHeaders.filter(({ type }) => type === PT.LOAD)
        .map(({ flags }) => flags & PF.W),
      [0],
    );
    assertEquals(
      elf.programHeaders.some(({ type }) => type === PT.INTERP),
      false,
    );
  });
}

Deno.test("the keeper is compiled once", async () => {
  const path = await keeperPath();
  const { mtime } = await Deno.stat(path);
  assertEquals(await keeperPath(), path);
  assertEquals((await Deno.stat(path)).mtime, mtime);
});
