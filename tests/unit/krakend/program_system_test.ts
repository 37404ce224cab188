import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { findKrakend } from "../../../lib/krakend/program.ts";
import { withFolder } from "../support.ts";

/** Writes a file that begins as the programs of Windows do. */
async function writeProgram(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, "MZ\x90\0", { mode: 0o755 });
  return path;
}

Deno.test("on Windows, PATH is split at semicolons, may be written Path, and programs end in .exe", () =>
  withFolder(async (folder) => {
    const path = await writeProgram(join(folder, "b"), "krakend.exe");
    const found = await findKrakend({
      option: undefined,
      env: { Path: [join(folder, "a"), join(folder, "b")].join(";") },
      os: "windows",
    });
    assertEquals(found, path);
  }));

Deno.test("on Linux and macOS, PATH is split at colons, and programs have no ending", () =>
  withFolder(async (folder) => {
    await writeProgram(join(folder, "a"), "krakend.exe");
    const path = await writeProgram(join(folder, "b"), "krakend");
    for (const os of ["linux", "darwin"] as const) {
      const found = await findKrakend({
        option: undefined,
        env: { PATH: [join(folder, "a"), join(folder, "b")].join(":") },
        os,
      });
      assertEquals(found, path);
    }
  }));
