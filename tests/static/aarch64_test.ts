import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { unpack } from "../../scripts/static/debian.ts";
import { StaticError } from "../../scripts/static/mod.ts";
import { succeeds } from "../helpers/processes.ts";
import { finish } from "./finish.ts";
import { obstacle, testStatic } from "./cases.ts";
import { subjectFor } from "./subject.ts";

const QEMU = {
  name: "qemu-user-static",
  version: "1:7.2+dfsg-7+deb12u18+b3",
  sha256: "c3e3ba2bd87f8c5b9a5da5ef21b5a3b82d7c63b89dd448d9ddaa4eabc5b6e402",
  files: ["./usr/bin/qemu-aarch64-static"],
};

/** The emulator, or why there is none. */
async function findEmulator(): Promise<string | StaticError> {
  for (const name of ["qemu-aarch64-static", "qemu-aarch64"]) {
    if (await succeeds(name, "--version")) return name;
  }
  try {
    const [folder = ""] = await unpack([QEMU], "amd64");
    return join(folder, "usr/bin/qemu-aarch64-static");
  } catch (error) {
    if (error instanceof StaticError) return error;
    throw error;
  }
}

const emulator = obstacle ? new StaticError(obstacle) : await findEmulator();
const subject = emulator instanceof StaticError
  ? emulator
  : await subjectFor("aarch64").catch((error) => {
    if (error instanceof StaticError) return error;
    throw error;
  });

function testEmulated(
  name: string,
  fn: (subject: string, emulator: string) => Promise<void>,
): void {
  testStatic(name, async () => {
    if (emulator instanceof StaticError) throw emulator;
    if (subject instanceof StaticError) throw subject;
    await fn(subject.path, emulator);
  }, subject instanceof StaticError && subject.message);
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
