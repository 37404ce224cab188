import { assertEquals } from "@std/assert";
import { runOnce } from "../../../lib/supervise/once.ts";
import { signalsOf } from "../../../lib/supervise/signals.ts";
import { until, withFolder, writeScript } from "../support.ts";

/** Signals that a test sends by hand. */
class FakeSignals {
  send: (signal: Deno.Signal) => void = () => {};

  handle(handler: (signal: Deno.Signal) => void): void {
    this.send = handler;
  }
}

/** Runs a shell script once, as krakend-watch does. */
function runScript(script: string, signals = new FakeSignals()) {
  const spec = {
    program: "/bin/sh",
    args: ["-c", script],
    env: { PATH: Deno.env.get("PATH") ?? "" },
  };
  return runOnce(spec, signals);
}

Deno.test("a command that runs once gives each of the 256 exit codes there are", async () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const given: number[] = [];
  for (const code of codes) given.push(await runScript(`exit ${code}`));
  assertEquals(given, codes);
});

/** The signals whose default is to end a program: all but CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG and WINCH. */
const ENDING_SIGNALS = Array.from({ length: 64 }, (_, i) => i + 1)
  // 32 and 33 are the C library's own (man 7 signal).
  .filter((n) => ![17, 18, 19, 20, 21, 22, 23, 28, 32, 33].includes(n));

Deno.test(
  "a command that a signal ends gives 128 and the signal, for every signal that ends one",
  {
    ignore: Deno.build.os !== "linux",
    // Deno never closes a child whose end it cannot name.
    sanitizeResources: false,
  },
  async () => {
    const given: number[] = [];
    for (const n of ENDING_SIGNALS) {
      given.push(await runScript(`ulimit -c 0; kill -${n} $$`));
    }
    assertEquals(given, ENDING_SIGNALS.map((n) => 128 + n));
  },
);

for (const signal of signalsOf(Deno.build.os)) {
  Deno.test(`a command that runs once gets our ${signal}, and may answer it`, () =>
    withFolder(async (folder) => {
      const script = await writeScript(
        folder,
        "script",
        `trap "exit 42" ${signal.slice(3)}
         : > ${folder}/up
         while :; do sleep 0.01; done`,
      );
      const signals = new FakeSignals();
      const ended = runScript(`exec ${script}`, signals);
      await until("the command is up", async () => {
        try {
          return (await Deno.stat(`${folder}/up`)).isFile;
        } catch {
          return false;
        }
      });
      signals.send(signal);
      assertEquals(await ended, 42);
    }));
}
