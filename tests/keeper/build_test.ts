import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  buildKeeper,
  compileKeeper,
  keeperPath,
} from "../../scripts/build/keeper.ts";
import { type Arch, ARCHITECTURES } from "../../scripts/static/architecture.ts";
import {
  compile,
  findCompiler,
  LAUNCHER_SOURCE,
} from "../../scripts/static/compiler.ts";
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

  Deno.test(`the keeper for ${arch} can be linked into the launcher of the static file`, async () => {
    using folder = temporaryFolder();
    const compiler = await findCompiler(arch);
    const objects = await compileKeeper(arch, compiler, folder.path);
    const alone = await compile(arch, LAUNCHER_SOURCE, compiler);
    const together = await compile(arch, LAUNCHER_SOURCE, {
      ...compiler,
      command: [...compiler.command, "-Wl,--no-gc-sections", ...objects],
    });
    assert(together.length > alone.length + 8_000);
  });
}

Deno.test("the keeper is compiled once", async () => {
  const path = await keeperPath();
  const { mtime } = await Deno.stat(path);
  assertEquals(await keeperPath(), path);
  assertEquals((await Deno.stat(path)).mtime, mtime);
});
