import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { Playground } from "../helpers/playground.ts";
import { isRunning, processesOf } from "../helpers/processes.ts";
import { HAS_TERMINAL, Terminal } from "../helpers/terminal.ts";

/** How often krakend-watch is started and stopped: more by hand than in CI. */
const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 40);

/** Ways to stop it, but for those that are ignored in what we start, as by a shell that runs us in the background: in its first moments a program leaves it so. */
const SIGNALS = (["SIGTERM", "SIGINT", "SIGQUIT"] as const)
  .filter((signal) => !isIgnored(signal));

function isIgnored(signal: "SIGTERM" | "SIGINT" | "SIGQUIT"): boolean {
  const bit = { SIGINT: 2n, SIGQUIT: 4n, SIGTERM: 0x4000n }[signal];
  const { stdout } = new Deno.Command("cat", { args: ["/proc/self/status"] })
    .outputSync();
  const text = new TextDecoder().decode(stdout);
  const [, mask = "0"] = /^SigIgn:\s*(\w+)$/m.exec(text) ?? [];
  return (BigInt(`0x${mask}`) & bit) !== 0n;
}

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How long krakend-watch takes until its gateway is ready, here and now, in milliseconds. */
async function bootOf(place: Playground): Promise<number> {
  const startedAt = performance.now();
  await using _ = await place.startAndServe();
  return performance.now() - startedAt;
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test(
  `${ROUNDS} times stopped at any moment, nothing is left behind: no process, no port, no file`,
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    await using place = await Playground.open();
    const temporary = place.path("temporary");
    await Deno.mkdir(temporary);
    const random = randomFrom(6);
    const longestMs = 2 * await bootOf(place);
    let early = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const watch = place.start({
        args: ["-v", "run", "-c", "krakend.json"],
        env: { TMPDIR: temporary },
      });
      // Now and then within the first moments.
      await delay(random() * (round % 4 === 0 ? longestMs / 10 : longestMs));
      // And now and then in the middle of a change.
      if (round % 3 === 1) await place.save("/one", `/round/${round}`);
      if (round % 6 === 1) await delay(random() * 100);
      watch.signal(SIGNALS[round % SIGNALS.length] ?? "SIGTERM");
      const { code, signal } = await watch.status;
      const story = `round ${round}\n${watch.lines.join("\n")}`;
      if (signal) {
        // Before its first statement, a program is not asked.
        assertEquals(watch.lines, [], story);
        early++;
      } else {
        assertEquals(code, 0, story);
      }
      await place.until(
        `nothing is left after ${story}`,
        () => processesOf(place.folder).length === 0,
      );
      assert(isFree(place.port), `the port is taken after ${story}`);
      assertEquals([...Deno.readDirSync(temporary)], [], story);
    }
    assert(early < ROUNDS, "no round has ever begun");
  },
);

Deno.test(
  `${
    Math.ceil(ROUNDS / 4)
  } times stopped at any moment, the terminal is as it was`,
  {
    ignore: !HAS_TERMINAL,
  },
  async () => {
    await using place = await Playground.open();
    await using terminal = await Terminal.open(place);
    const random = randomFrom(7);
    const longestMs = 2 * await bootOf(place);
    for (let round = 1; round <= ROUNDS / 4; round++) {
      await Deno.remove(place.path("pid")).catch(() => {});
      await terminal.type("./kw run -c krakend.json\n");
      await terminal.until("it is started", async () => await terminal.pid > 0);
      const pid = await terminal.pid;
      await delay(random() * longestMs);
      const signal = SIGNALS[round % SIGNALS.length] ?? "SIGTERM";
      if (await isRunning(pid)) Deno.kill(pid, signal);
      await terminal.isLeft();
      await terminal.gives("lines");
      assert(isFree(place.port), `the port is taken after round ${round}`);
    }
  },
);
