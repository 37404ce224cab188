import { assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async";
import { finish } from "./finish.ts";
import { subject, testAsInit } from "./cases.ts";
import { firstProcess, IN_NAMESPACE, Namespace } from "./namespace.ts";

const { plain, path } = subject;
const SIGTERM = 15;

/** The exit code of the plain program for a signal, as a shell has it. */
async function codeOf(command: readonly string[]): Promise<number> {
  return Number((await finish(["sh", "-c", '"$@"; echo $?', "sh", ...command]))
    .stdout.trim());
}

testAsInit(
  "the program is not the first process, its launcher is",
  async () => {
    const { stdout } = await finish([...IN_NAMESPACE, path, "pid"]);
    assertEquals(stdout, "pid 2 of 1\n");
  },
);

testAsInit("somewhere else, there is no process but the program", async () => {
  const script = '"$0" pid & wait';
  const { stdout } = await finish([
    ...IN_NAMESPACE,
    "sh",
    "-c",
    script,
    path,
  ]);
  assertEquals(stdout, "pid 2 of 1\n");
});

testAsInit("100 orphans are taken", async () => {
  const { stdout } = await finish([...IN_NAMESPACE, path, "orphans", "100"]);
  assertEquals(stdout, "left 0\n");
});

testAsInit("the exit code is the program's, for all of 0 to 255", async () => {
  const script = 'for code in $(seq 0 255); do "$@" $code; ' +
    'test $? = $code || echo "$code"; done';
  const { stdout } = await finish([
    "sh",
    "-c",
    script,
    "sh",
    ...IN_NAMESPACE,
    path,
    "exit",
  ]);
  assertEquals(stdout, "");
});

testAsInit(
  "a program that dies of a signal exits with 128 + its number, as in a shell",
  async () => {
    for (
      const signal of ["1", "2", "3", "6", "9", "11", "13", "15", "34", "64"]
    ) {
      const code = await codeOf([...IN_NAMESPACE, path, "die", signal]);
      assertEquals(code, 128 + Number(signal));
      assertEquals(code, await codeOf([plain, "die", signal]));
    }
  },
);

testAsInit(
  "children that were ignored before the start make no difference",
  async () => {
    const { code, stdout } = await finish([
      ...IN_NAMESPACE,
      plain,
      "run-ignoring-children",
      path,
      "exit",
      "7",
    ]);
    assertEquals([code, stdout], [7, ""]);
  },
);

testAsInit(
  "the program begins with the signals it would have without the launcher, but that SIGUSR1 is blocked",
  async () => {
    const signals = async (...command: string[]) => {
      const { stdout } = await finish([...command, "signals"]);
      return stdout;
    };
    const blocked = (text: string) =>
      text.replace(/(?<=^SigBlk:.*)0(?=\d\d$)/m, "2");
    const wanted = await signals(plain);
    assertMatch(wanted, /^SigBlk:\s0{16}$/m);
    assertEquals(await signals(...IN_NAMESPACE, path), blocked(wanted));
    const ignoring = [plain, "run-ignoring-children"];
    assertEquals(
      await signals(...IN_NAMESPACE, ...ignoring, path),
      blocked(await signals(...ignoring, plain)),
    );
  },
);

testAsInit("what is sent reaches the program, each once", async () => {
  await using namespace = new Namespace([path, "count-signals"]);
  await namespace.shows("ready");
  const init = await namespace.first();
  const signals = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGUSR1",
    "SIGWINCH",
  ] as const;
  for (const signal of signals) Deno.kill(init, signal);
  for (const number of [1, 2, 3, 10, 28]) {
    await namespace.shows(`signal ${number}:`);
  }
  Deno.kill(init, "SIGTERM");
  assertEquals(await namespace.code(), 0);
  assertEquals(
    namespace.shown.match(/signal.*/g)?.toSorted(),
    [1, 2, 3, 10, SIGTERM, 28].map((number) => `signal ${number}: 1`).sort(),
  );
});

testAsInit(
  "TERM is honoured and USR1 is not, from the first moment on, and all of the first 5 ms",
  async () => {
    for (const waitMs of [0, 0, 0, 1, 2, 3, 4, 5]) {
      await using namespace = new Namespace([path, "forever"]);
      const init = await namespace.first();
      // Before its first system call, the kernel drops all signals to it. Then it forks.
      await firstProcess(init);
      if (waitMs > 0) await delay(waitMs);
      Deno.kill(init, "SIGUSR1");
      Deno.kill(init, "SIGTERM");
      assertEquals(await namespace.code(), 128 + SIGTERM);
    }
  },
);
