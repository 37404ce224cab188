import { assertEquals, assertMatch } from "@std/assert";
import { StaticError } from "../../scripts/static/mod.ts";
import { succeeds } from "../helpers/processes.ts";
import { findEmulator } from "../keeper/emulator.ts";
import { obstacle, orObstacle, testStatic } from "./cases.ts";
import { finish } from "./finish.ts";
import { krakendWatch, subjectFor } from "./subject.ts";

const emulator = obstacle ? undefined : await findEmulator();
const subject = emulator
  ? await orObstacle(() => subjectFor("aarch64"))
  : new StaticError(obstacle ?? "there is no qemu");

function testEmulated(
  name: string,
  fn: (subject: string, emulator: string) => Promise<void>,
): void {
  testStatic(name, async () => {
    if (subject instanceof Error) throw subject;
    await fn(subject.path, emulator ?? "");
  }, subject instanceof Error && subject.message);
}

for (const page of ["4096", "16384", "65536"]) {
  testEmulated(
    `on aarch64 it runs with pages of ${page} bytes`,
    async (subject, emulator) => {
      const { code, stdout } = await finish(
        [emulator, "-p", page, subject, "hello"],
      );
      assertEquals([code, stdout], [0, "hello\n"]);
    },
  );
}

testEmulated(
  "on aarch64 arguments, environment, stack and exit code are as they should be",
  async (subject, emulator) => {
    const env = { A: "1", LD_PRELOAD: "/no.so", Z: "" };
    const run = (...args: string[]) =>
      finish([emulator, subject, ...args], { env, clearEnv: true });
    assertEquals((await run("arguments", "a", "")).stdout, "4 \n");
    assertEquals(
      (await run("environment")).stdout.trim().split("\n").sort(),
      ["A=1", "LD_PRELOAD=/no.so", "Z="],
    );
    assertEquals((await run("stack")).stdout, "stack fine\n");
    assertEquals((await run("exit", "7")).code, 7);
  },
);

const file = subject instanceof Error
  ? subject
  : await orObstacle(() => krakendWatch("aarch64"));

/** Has the kernel run programs for aarch64 in the emulator, in a namespace: krakend-watch starts itself. */
const WITH_EMULATOR = `
folder=/proc/sys/fs/binfmt_misc
mount -t binfmt_misc binfmt_misc $folder &&
printf '%s' ":emulator:M:18:\\\\xb7\\\\x00::$0:FP" > $folder/register &&
exec "$@"`;
const asRoot = ["unshare", "--user", "--map-root-user", "--mount"];
const emulated = [...asRoot, "sh", "-c", WITH_EMULATOR, emulator ?? ""];
const canEmulate = await succeeds(...emulated, "true");

testStatic(
  "on aarch64 krakend-watch starts programs, without a blocked signal",
  async () => {
    if (file instanceof Error) throw file;
    const show = ["--once", "--", "/bin/cat", "/proc/self/status"];
    const { code, stdout } = await finish([...emulated, file, ...show]);
    assertEquals(code, 0);
    assertMatch(stdout, /^SigBlk:\s0{16}$/m);
  },
  file instanceof Error && file.message ||
    !canEmulate && "there is no binfmt_misc in a namespace",
);
