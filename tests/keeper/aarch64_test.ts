import { assertEquals, assertMatch } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { buildKeeper } from "../../scripts/build/keeper.ts";
import { Unavailable } from "../../scripts/static/errors.ts";
import { findEmulator } from "./emulator.ts";
import {
  KeeperProcess,
  PROBE,
  Program,
  temporaryFolder,
} from "./keeper_process.ts";

const emulator = await findEmulator();
const output = await Deno.makeTempFile({ prefix: "keeper-aarch64-" });
const obstacle = emulator
  ? await buildKeeper({ arch: "aarch64", output }).catch(messageOf)
  : "there is no qemu";

addEventListener("unload", () => Deno.removeSync(output));

/** Returns why the keeper cannot be compiled here. */
function messageOf(error: unknown): string {
  if (error instanceof Unavailable) return error.message;
  throw error;
}

/** Defines a test of the keeper for aarch64, emulated. */
function testEmulated(
  name: string,
  fn: (qemu: string, program: string) => Promise<void>,
): void {
  Deno.test({
    name: `on aarch64 ${name}${obstacle ? ` (skipped: ${obstacle})` : ""}`,
    ignore: obstacle !== undefined,
    fn: () => fn(emulator ?? "", output),
  });
}

testEmulated(
  "the keeper is the watchdog where it is unable",
  async (qemu, program) => {
    using temporary = temporaryFolder();
    const folder = join(temporary.path, "private");
    Deno.mkdirSync(join(folder, "a/b"), { recursive: true });
    Deno.writeTextFileSync(join(folder, "a/b/file"), "");
    Deno.symlinkSync("/", join(folder, "a/link"));
    await using keeper = new KeeperProcess({
      prefix: [qemu],
      program,
      folder,
      killMs: 300,
    });
    await keeper.says("unable kernel");
    const watched = new Program([PROBE, "signals", "serve"]);
    const stubborn = new Program([PROBE, "stubborn", "signals", "serve"]);
    for (const it of [watched, stubborn]) {
      await it.writes("SigIgn");
      await keeper.command(`watch ${it.pid}`);
    }
    await keeper.closeInput();
    assertEquals(await watched.end(), 0);
    await stubborn.end();
    assertEquals((await stubborn.status).signal, "SIGKILL");
    assertEquals(await keeper.end(), 0);
    assertEquals(await exists(folder), false);
  },
);

testEmulated("such a keeper refuses the launcher", async (qemu, program) => {
  await using keeper = new KeeperProcess({ prefix: [qemu], program });
  await keeper.says("unable kernel");
  const it = keeper.launch([], { prefix: [qemu] });
  assertEquals(await it.end(), 125);
  assertEquals(it.output, "");
});

testEmulated("usage is an error", async (...command) => {
  const it = new Program(command);
  assertEquals(await it.end(), 2);
  assertMatch(it.output, /^usage: keep SOCKET/);
});

Deno.test({
  name: "on aarch64 binds and listens are answered " +
    "(skipped: qemu's user mode does not emulate seccomp)",
  ignore: true,
  fn() {},
});
