import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { CommandError } from "../../../lib/errors.ts";
import {
  findKrakend,
  type ProgramSources,
} from "../../../lib/krakend/program.ts";
import { withFolder, writeScript } from "../support.ts";

/** Expects that no program is found, and returns the error. */
function refused(sources: ProgramSources): Promise<CommandError> {
  return assertRejects(() => findKrakend(sources), CommandError);
}

Deno.test("the option wins over KRAKEND_BIN, that over PATH", () =>
  withFolder(async (folder) => {
    const onPath = await writeScript(folder, "krakend", "");
    const other = await writeScript(folder, "other", "");
    const third = await writeScript(folder, "third", "");
    const env = { PATH: folder };
    assertEquals(await findKrakend({ option: undefined, env }), onPath);
    const withBin = { ...env, KRAKEND_BIN: other };
    assertEquals(await findKrakend({ option: undefined, env: withBin }), other);
    assertEquals(await findKrakend({ option: third, env: withBin }), third);
  }));

Deno.test("a name without a slash is looked for on PATH", () =>
  withFolder(async (folder) => {
    const path = await writeScript(folder, "krakend-ee", "");
    const env = { PATH: `/does/not/exist:${folder}` };
    assertEquals(await findKrakend({ option: "krakend-ee", env }), path);
  }));

Deno.test("the first program on PATH that can be run is taken", () =>
  withFolder(async (folder) => {
    const places = ["a", "b", "c"].map((name) => join(folder, name));
    const [folderInstead = "", notExecutable = "", fine = ""] = places;
    await Deno.mkdir(join(folderInstead, "krakend"), { recursive: true });
    await Deno.mkdir(notExecutable);
    await Deno.writeTextFile(join(notExecutable, "krakend"), "#!/bin/sh\n");
    await Deno.mkdir(fine);
    const path = await writeScript(fine, "krakend", "");
    const env = { PATH: places.join(":") };
    assertEquals(await findKrakend({ option: undefined, env }), path);
  }));

Deno.test("a program that is not there is 127, and the message says where it was to be", async () => {
  const env = { PATH: "/does/not/exist" };
  const { exitCode, message } = await refused({ option: undefined, env });
  assertEquals(exitCode, 127);
  assert(message.startsWith('Cannot find "krakend" (from PATH)'), message);
  const withOption = await refused({ option: "/does/not/exist", env });
  assertEquals(withOption.exitCode, 127);
  assert(withOption.message.includes("(from --krakend)"), withOption.message);
  const bin = { KRAKEND_BIN: "krakend-ee" };
  const withBin = await refused({ option: undefined, env: bin });
  assert(withBin.message.includes("(from KRAKEND_BIN)"), withBin.message);
});

Deno.test("a path through a file is a path to nothing", () =>
  withFolder(async (folder) => {
    const file = await writeScript(folder, "file", "");
    const { exitCode } = await refused({ option: `${file}/krakend`, env: {} });
    assertEquals(exitCode, 127);
  }));

Deno.test("what is there and cannot be run is 126, and the message says why", () =>
  withFolder(async (folder) => {
    const text = join(folder, "text");
    await Deno.writeTextFile(text, "hello");
    const empty = join(folder, "empty");
    await Deno.writeTextFile(empty, "", { mode: 0o755 });
    const executableText = join(folder, "executable");
    await Deno.writeTextFile(executableText, "echo", { mode: 0o755 });
    const reasons = {
      [folder]: "it is a folder",
      ["/dev/null"]: "it is not a file",
      [text]: "it is not executable (chmod +x)",
      [empty]: "it is neither a program nor a script with #!",
      [executableText]: "it is neither a program nor a script with #!",
    };
    for (const [option, reason] of Object.entries(reasons)) {
      const { exitCode, message } = await refused({ option, env: {} });
      assertEquals(exitCode, 126, option);
      assertEquals(message, `Cannot run "${option}": ${reason}`);
    }
  }));

Deno.test("a binary is a program, and a link to one too", () =>
  withFolder(async (folder) => {
    assertEquals(
      await findKrakend({ option: Deno.execPath(), env: {} }),
      Deno.execPath(),
    );
    const link = join(folder, "krakend");
    await Deno.symlink(Deno.execPath(), link);
    assertEquals(await findKrakend({ option: link, env: {} }), link);
  }));
