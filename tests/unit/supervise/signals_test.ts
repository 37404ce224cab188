import { assertEquals } from "@std/assert";
import { soon } from "../support.ts";

const MODULE = new URL("../../../lib/supervise/signals.ts", import.meta.url);

/**
 * Runs a program with its own Signals, which are never removed, and
 * returns what it printed. It is sent each signal of which it prints the name
 * after "send ", and ends by itself.
 */
async function play(script: string): Promise<string[]> {
  const text = `import { Signals } from "${MODULE}";
    const signals = new Signals();
    const pause = setInterval(() => {}, 1_000);
    const leave = () => clearInterval(pause);
    ${script}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", "--ext=ts", text],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: string[] = [];
  const stream = child.stdout.pipeThrough(new TextDecoderStream());
  const reading = (async () => {
    for await (const chunk of stream) {
      for (const line of chunk.split("\n").filter(Boolean)) {
        lines.push(line);
        const [, signal] = /^send (SIG\w+)$/.exec(line) ?? [];
        if (signal) child.kill(signal as Deno.Signal);
      }
    }
  })();
  try {
    await soon("the program ended", Promise.all([reading, child.status]));
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It ended by itself, as it should.
    }
    await Promise.all([reading, child.status]);
  }
  return lines.filter((line) => !line.startsWith("send "));
}

Deno.test("every signal that asks to leave is told to the handler", async () => {
  const lines = await play(`
    const rest = ["SIGINT", "SIGHUP", "SIGQUIT"];
    signals.handle((signal) => {
      console.log("got " + signal);
      const next = rest.shift();
      if (next) console.log("send " + next);
      else leave();
    });
    console.log("send SIGTERM");`);
  assertEquals(lines, [
    "got SIGTERM",
    "got SIGINT",
    "got SIGHUP",
    "got SIGQUIT",
  ]);
});

Deno.test("a signal that comes before the handler is told to it once", async () => {
  const lines = await play(`
    Deno.addSignalListener("SIGTERM", () => {
      // The listener of Signals came first, so it has heard of it.
      signals.handle((signal) => console.log("first handler: " + signal));
      signals.handle((signal) => console.log("second handler: " + signal));
      leave();
    });
    console.log("send SIGTERM");`);
  assertEquals(lines, ["first handler: SIGTERM"]);
});

Deno.test("the newest handler alone is told", async () => {
  const lines = await play(`
    signals.handle(() => console.log("old"));
    signals.handle((signal) => {
      console.log("new: " + signal);
      leave();
    });
    console.log("send SIGHUP");`);
  assertEquals(lines, ["new: SIGHUP"]);
});
