import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { IMPORT_MAP } from "../../scripts/paths.ts";
import { findCompiler, findZig } from "../../scripts/static/compiler.ts";
import { compileLauncher } from "../../scripts/static/launcher.ts";
import { makeStatic, StaticError } from "../../scripts/static/mod.ts";
import {
  collectLibraries,
  libraryFinder,
  libraryFolders,
} from "../../scripts/static/libraries.ts";
import { parseProgram, patch } from "../../scripts/static/patch.ts";
import { succeeds } from "../helpers/processes.ts";
import { obstacle, orObstacle, subject, testStatic } from "./cases.ts";
import { finish } from "./finish.ts";

const arch = Deno.build.arch;
const { plain, path } = subject;

/** Compiles the launcher with some more code. */
async function compileWith(code: string): Promise<Uint8Array> {
  const more = await Deno.makeTempFile({ suffix: ".c" });
  try {
    await Deno.writeTextFile(more, code);
    return await compileLauncher(arch, await findCompiler(arch), [more]);
  } finally {
    await Deno.remove(more);
  }
}

for (
  const [what, code, message] of [
    ["variables with a value", "int value = 1;", "no .data"],
    ["variables without one", "int value;", "no .bss"],
    [
      "tables of pointers",
      "extern int other(void); int (*const table[])(void) = {other};" +
      "int other(void) { return table[0] == 0; }",
      "no .data",
    ],
    [
      "variables of threads",
      "_Thread_local int value = 1;",
      "variables of threads",
    ],
    [
      "constructors",
      '__attribute__((constructor)) static void start(void) { __asm__ volatile(""); }',
      "no constructors",
    ],
  ] as const
) {
  testStatic(`the launcher cannot be linked with ${what}`, async () => {
    await assertRejects(() => compileWith(code), StaticError, message);
  });
}

testStatic("the launcher can be linked with more code", async () => {
  await compileWith("int more(void) { return 1; }");
});

const zig = obstacle
  ? new StaticError(obstacle)
  : await orObstacle(() => findZig(arch));
testStatic("the launcher that zig makes works as well", async () => {
  if (zig instanceof Error) throw zig;
  const elf = parseProgram(await Deno.readFile(plain), arch);
  const find = libraryFinder(await libraryFolders(arch));
  const bytes = patch(elf, {
    ...await collectLibraries(elf, arch, find),
    code: await compileLauncher(arch, zig),
  }, arch);
  const file = await Deno.makeTempFile();
  await Deno.writeFile(file, bytes);
  await Deno.chmod(file, 0o755);
  const { stdout } = await finish([file, "run", file, "stack"]);
  assertEquals(stdout, "stack fine\n");
  await Deno.remove(file);
}, zig instanceof Error && zig.message);

testStatic("the static step gives the same bytes each time", async () => {
  const again = await Deno.makeTempFile();
  await makeStatic({ input: plain, output: again, arch });
  assertEquals(await Deno.readFile(again), await Deno.readFile(path));
  await Deno.remove(again);
});

testStatic(
  "a file can be made static in its own place, and cannot be twice",
  async () => {
    const file = await Deno.makeTempFile();
    await Deno.copyFile(plain, file);
    const options = { input: file, output: file, arch };
    await makeStatic(options);
    assertEquals((await finish([file])).stdout, "hello\n");
    await assertRejects(
      () => makeStatic(options),
      StaticError,
      "made static already",
    );
    await Deno.remove(file);
  },
);

testStatic(
  "the libraries of a static file can be exchanged, with all else kept",
  async () => {
    const relinked = await Deno.makeTempFile();
    const folder = await Deno.makeTempDir();
    const [libc = ""] = await libraryFolders(arch);
    await Deno.symlink(libc, join(folder, "libraries"));
    const script = fromFileUrl(
      new URL("../../scripts/static/relink.ts", import.meta.url),
    );
    const { code, stderr } = await finish([
      Deno.execPath(),
      "run",
      "--allow-all",
      `--import-map=${IMPORT_MAP}`,
      script,
      path,
      relinked,
    ], { env: { STATIC_LIBRARIES: join(folder, "libraries") } });
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await Deno.readFile(relinked), await Deno.readFile(path));
    await Deno.remove(relinked);
    await Deno.remove(folder, { recursive: true });
  },
);

const hasLdd = await succeeds("ldd", plain);
testStatic("ldd sees a static program", async () => {
  const { stdout, stderr } = await finish(["ldd", path]);
  assertStringIncludes(stdout + stderr, "not a dynamic executable");
}, !hasLdd && "there is no ldd");
